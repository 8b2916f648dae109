package io.verillm.protocol.receipt;

import io.verillm.protocol.event.SignedRecord;
import java.util.List;

/** The public topics, as far as they were read. */
@FunctionalInterface
public interface SealedLog {
  /** Every record of a partition, sound or not, ascending by offset; may be asked again. */
  List<SignedRecord> records(String topic, int partition);
}
