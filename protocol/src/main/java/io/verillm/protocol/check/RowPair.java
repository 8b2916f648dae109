package io.verillm.protocol.check;

import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;

/** Two rows brought to one element type: the coarser, since nothing finer can agree. */
record RowPair(Row checker, Row author) {

  RowPair {
    if (checker.dimension() != author.dimension()) {
      throw new IllegalArgumentException(
          "rows of %d and %d elements".formatted(checker.dimension(), author.dimension()));
    }
    if (checker.type() != author.type()) {
      checker = checker.toBf16();
      author = author.toBf16();
    }
  }

  boolean isFinite() {
    return checker.isFinite() && author.isFinite();
  }

  /** Whether nothing differs, as between machines of one kind. */
  boolean isEqual() {
    return checker.equals(author);
  }

  int dimension() {
    return checker.dimension();
  }

  /** The element's absolute value as an integer that grows with it. */
  static int magnitude(Row row, int index) {
    return row.bits(index) & (row.type() == RowType.FP32 ? 0x7fffffff : 0x7fff);
  }

  /** The element as an integer that grows with its value; neighbours differ by 1, and -0 is 0. */
  static int monotone(Row row, int index) {
    int magnitude = magnitude(row, index);
    return magnitude == row.bits(index) ? magnitude : -magnitude;
  }
}
