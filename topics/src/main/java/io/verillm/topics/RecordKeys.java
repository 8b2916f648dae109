package io.verillm.topics;

import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** The bytes of record keys, see {@link TopicKey}. */
public final class RecordKeys {
  private static final int READABLE_BYTES_MAX = 64;

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

  /**
   * A key for people and logs: text as it is, a shard or epoch as its number, all else (task ids,
   * what nobody knows) in hexadecimal digits. Safe to print, whoever wrote the key.
   */
  public static String readable(byte[] key) {
    byte[] head = Arrays.copyOf(key, Math.min(key.length, READABLE_BYTES_MAX));
    if (key.length > 0 && isPrintable(head)) {
      return new String(head, StandardCharsets.US_ASCII);
    }
    return switch (key.length) {
      case Integer.BYTES -> Integer.toString(ByteBuffer.wrap(key).getInt());
      case Long.BYTES -> Long.toString(ByteBuffer.wrap(key).getLong());
      default -> HexFormat.of().formatHex(head);
    };
  }

  private static boolean isPrintable(byte[] bytes) {
    for (byte b : bytes) {
      if (b <= ' ' || b > '~') {
        return false;
      }
    }
    return true;
  }

  /** A shard. */
  public static byte[] shard(int shard) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(shard).array();
  }
}
