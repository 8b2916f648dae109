package io.verillm.gpu.store;

import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.event.SignedRecord;

/**
 * A sealed step and the commitment sent for it.
 *
 * @param step seal, evidence and trace
 * @param commitment the signed record; as long as it may not be on the log, exactly these bytes are
 *     sent again
 */
public record StoredStep(SealedStep step, SignedRecord commitment) {}
