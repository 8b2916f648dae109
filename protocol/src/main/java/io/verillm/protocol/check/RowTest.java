package io.verillm.protocol.check;

import io.verillm.protocol.trace.Row;

/** Compares the author's row with the checker's at one boundary and position. */
public sealed interface RowTest permits CalibratedRows, PaperRows {

  /**
   * The outcome; FAIL if either row holds a NaN or an infinity.
   *
   * @param boundary index in the boundary set
   * @throws IllegalArgumentException if the rows differ in dimension
   */
  RowScore test(int boundary, Row checker, Row author);
}
