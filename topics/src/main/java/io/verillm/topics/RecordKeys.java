package io.verillm.topics;

import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of record keys, see {@link TopicKey}. */
public final class RecordKeys {
  private RecordKeys() {}

  /** A request id, worker id, account, command id or registry subject. */
  public static byte[] text(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  /** A task id. */
  public static byte[] task(Hash taskId) {
    return taskId.bytes();
  }

  /** An epoch. */
  public static byte[] epoch(long epoch) {
    return ByteBuffer.allocate(Long.BYTES).putLong(epoch).array();
  }

  /** A shard. */
  public static byte[] shard(int shard) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(shard).array();
  }
}
