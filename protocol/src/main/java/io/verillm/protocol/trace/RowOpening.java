package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import java.util.Arrays;
import java.util.List;

/**
 * One opened row.
 *
 * @param boundary index in the boundary set
 * @param bytes the row as stored, copied in and out
 * @param path inclusion path in the position's small tree of rows
 */
public record RowOpening(int boundary, byte[] bytes, List<Hash> path) {

  /** Copies bytes and path. */
  public RowOpening {
    bytes = bytes.clone();
    path = List.copyOf(path);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  RowOpening withoutPath() {
    return new RowOpening(boundary, bytes, List.of());
  }

  Hash leafHash() {
    return Merkle.leafHash(bytes);
  }

  int length() {
    return bytes.length;
  }

  /** The row, read as the type of the profile that stored it. */
  public Row row(RowType type) {
    return new Row(type, bytes);
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
