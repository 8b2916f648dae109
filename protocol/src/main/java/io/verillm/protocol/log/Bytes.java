package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;

/** Bytes fields of events against hashes. */
final class Bytes {
  private Bytes() {}

  /** Whether a field holds exactly this hash; false for a field of any other length. */
  static boolean hold(ByteBuffer field, Hash hash) {
    return field.equals(ByteBuffer.wrap(hash.bytes()));
  }
}
