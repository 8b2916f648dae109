package io.verillm.protocol.event;

import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;
import java.util.List;

/** Between Avro's buffers and the protocol's values. */
public final class Wire {
  private Wire() {}

  /** A copy of the buffer's bytes; the buffer is left as it was. */
  public static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  /**
   * The buffer's bytes as a hash.
   *
   * @throws IllegalArgumentException if there are not 32 of them
   */
  public static Hash hash(ByteBuffer buffer) {
    return Hash.of(buffer);
  }

  /** Each buffer as a hash. */
  public static List<Hash> hashes(List<ByteBuffer> buffers) {
    Hash[] hashes = new Hash[buffers.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = hash(buffers.get(i));
    }
    return List.of(hashes);
  }

  public static ByteBuffer buffer(Hash hash) {
    return ByteBuffer.wrap(hash.bytes());
  }

  public static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes.clone());
  }

  public static List<ByteBuffer> buffers(List<Hash> hashes) {
    return hashes.stream().map(Wire::buffer).toList();
  }
}
