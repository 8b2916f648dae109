package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerklePath;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One opened row. */
public final class RowOpening {
  private final int boundary;
  private final byte[] bytes;
  private final MerklePath path;

  /**
   * Copies the bytes.
   *
   * @param boundary index in the boundary set
   * @param bytes the row as stored
   * @param path inclusion path in the position's small tree of rows
   */
  public RowOpening(int boundary, byte[] bytes, MerklePath path) {
    this(bytes.clone(), boundary, path);
  }

  private RowOpening(byte[] owned, int boundary, MerklePath path) {
    this.boundary = boundary;
    this.bytes = owned;
    this.path = path;
  }

  /** As the constructor, from a buffer, which is left as it was. */
  public static RowOpening of(int boundary, ByteBuffer bytes, MerklePath path) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return new RowOpening(copy, boundary, path);
  }

  /** Index in the boundary set. */
  public int boundary() {
    return boundary;
  }

  /** A copy of the row as stored. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Inclusion path in the position's small tree of rows. */
  public MerklePath path() {
    return path;
  }

  Hash leafHash() {
    return Merkle.leafHash(bytes);
  }

  int length() {
    return bytes.length;
  }

  /** The row, read as the type of the profile that stored it. */
  public Row row(RowType type) {
    return Row.owning(type, bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowOpening opening
        && boundary == opening.boundary
        && Arrays.equals(bytes, opening.bytes)
        && path.equals(opening.path);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * boundary + Arrays.hashCode(bytes)) + path.hashCode();
  }

  @Override
  public String toString() {
    return "RowOpening[boundary=%d, %d bytes]".formatted(boundary, bytes.length);
  }
}
