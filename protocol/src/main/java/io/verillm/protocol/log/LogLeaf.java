package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;

/**
 * What the log's tree keeps of a record.
 *
 * @param offset the record's offset in its partition
 * @param recordHash {@link SignedRecord#recordHash}
 */
public record LogLeaf(long offset, Hash recordHash) {

  /** The leaf of a record that lies on the log. */
  public static LogLeaf of(SignedRecord record) {
    if (record.offset() < 0) {
      throw new IllegalArgumentException("record without offset: " + record.topic());
    }
    return new LogLeaf(record.offset(), record.recordHash());
  }
}
