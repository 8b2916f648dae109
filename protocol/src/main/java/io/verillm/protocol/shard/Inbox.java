package io.verillm.protocol.shard;

import io.verillm.protocol.event.SignedRecord;
import java.util.List;

/** The shard's own copies of sealed topics. */
public interface Inbox {
  /**
   * Every committed record with an offset in [start, end), ascending.
   *
   * @throws IllegalStateException where they have not all arrived
   */
  List<SignedRecord> records(String topic, long start, long end);
}
