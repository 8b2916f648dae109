package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import java.util.Arrays;
import java.util.List;

/** One opened row. */
public final class RowOpening {
  private final int boundary;
  private final byte[] bytes;
  private final List<Hash> path;

  private RowOpening(byte[] owned, int boundary, List<Hash> path) {
    this.boundary = boundary;
    this.bytes = owned;
    this.path = List.copyOf(path);
  }

  /**
   * Copies bytes and path.
   *
   * @param boundary index in the boundary set
   * @param bytes the row as stored
   * @param path inclusion path in the position's small tree of rows
   */
  public RowOpening(int boundary, byte[] bytes, List<Hash> path) {
    this(bytes.clone(), boundary, path);
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
  public List<Hash> path() {
    return path;
  }

  RowOpening withoutPath() {
    return new RowOpening(bytes, boundary, List.of());
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
