package io.verillm.intake;

import io.verillm.protocol.event.SignedRecord;

/**
 * A request that may be posted.
 *
 * @param requestId its id
 * @param record what goes onto the log
 */
record Posting(String requestId, SignedRecord record) {}
