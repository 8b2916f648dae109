package io.verillm.protocol.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** An inclusion path in an RFC 6962 tree: sibling hashes from the leaf upwards, side by side. */
public final class MerklePath {
  /** Of a tree with one leaf. */
  public static final MerklePath EMPTY = new MerklePath(new byte[0]);

  private final byte[] hashes;

  private MerklePath(byte[] owned) {
    this.hashes = owned;
  }

  /** A path of these hashes. */
  public static MerklePath of(List<Hash> path) {
    byte[] hashes = new byte[path.size() * Hash.LENGTH];
    int at = 0;
    for (Hash hash : path) {
      System.arraycopy(hash.unsafeBytes(), 0, hashes, at, Hash.LENGTH);
      at += Hash.LENGTH;
    }
    return new MerklePath(hashes);
  }

  /**
   * A path of the hashes in these buffers, which are left as they were.
   *
   * @throws IllegalArgumentException if one of them has not 32 bytes
   */
  public static MerklePath ofBuffers(List<ByteBuffer> path) {
    byte[] hashes = new byte[path.size() * Hash.LENGTH];
    int at = 0;
    for (ByteBuffer buffer : path) {
      if (buffer.remaining() != Hash.LENGTH) {
        throw new IllegalArgumentException("a hash has 32 bytes, not " + buffer.remaining());
      }
      buffer.get(buffer.position(), hashes, at, Hash.LENGTH);
      at += Hash.LENGTH;
    }
    return new MerklePath(hashes);
  }

  /** The hashes as buffers over one copy of them. */
  public List<ByteBuffer> buffers() {
    byte[] copy = hashes.clone();
    ByteBuffer[] buffers = new ByteBuffer[length()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = ByteBuffer.wrap(copy, i * Hash.LENGTH, Hash.LENGTH);
    }
    return List.of(buffers);
  }

  /** Number of hashes. */
  public int length() {
    return hashes.length / Hash.LENGTH;
  }

  /** The hashes side by side: for readers in this package that do not change them. */
  byte[] unsafeBytes() {
    return hashes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MerklePath path && Arrays.equals(hashes, path.hashes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes);
  }

  @Override
  public String toString() {
    return "MerklePath of " + length();
  }
}
