package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes fields of events, copied out. */
final class Bytes {
  private Bytes() {}

  static byte[] of(ByteBuffer field) {
    byte[] bytes = new byte[field.remaining()];
    field.duplicate().get(bytes);
    return bytes;
  }

  /** Whether a field holds exactly this hash; false for a field of any other length. */
  static boolean hold(ByteBuffer field, Hash hash) {
    return Arrays.equals(of(field), hash.bytes());
  }
}
