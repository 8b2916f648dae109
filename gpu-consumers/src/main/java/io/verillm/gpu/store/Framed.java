package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A content behind its SHA-256: a medium may say that it is well and still be wrong. It is written
 * and hashed in place, since a step has megabytes.
 */
final class Framed extends ByteArrayOutputStream {
  /**
   * Nothing yet.
   *
   * @param expected bytes of the content; it may have more
   */
  Framed(int expected) {
    super(Hash.LENGTH + expected);
    count = Hash.LENGTH;
  }

  /** The hash and what was written. */
  @Override
  public synchronized byte[] toByteArray() {
    byte[] framed = Arrays.copyOf(buf, count);
    byte[] hash = Hashing.sha256(framed, Hash.LENGTH, count - Hash.LENGTH).bytes();
    System.arraycopy(hash, 0, framed, 0, Hash.LENGTH);
    return framed;
  }

  /** The content, if it is the one that was hashed. */
  static Optional<byte[]> content(byte[] framed) {
    int length = framed.length - Hash.LENGTH;
    return length >= 0
            && Hashing.sha256(framed, Hash.LENGTH, length)
                .equals(new Hash(Arrays.copyOf(framed, Hash.LENGTH)))
        ? Optional.of(Arrays.copyOfRange(framed, Hash.LENGTH, framed.length))
        : Optional.empty();
  }
}
