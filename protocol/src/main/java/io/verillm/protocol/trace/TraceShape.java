package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;

/**
 * What all positions of one trace have in common.
 *
 * @param modelId hash of the model's manifest
 * @param profile numeric profile of the worker
 * @param boundaries rows of a position: the boundary set in order, the final norm's output last
 * @param dimension elements of a row
 */
public record TraceShape(Hash modelId, NumericProfile profile, int boundaries, int dimension) {

  /** Most boundaries of a model: every 8th of 2,000 blocks. */
  public static final int MAX_BOUNDARIES = 256;

  /** Most elements of a row. */
  public static final int MAX_DIMENSION = 1 << 16;

  /** Checks the limits; a boundary set has at least the last block and the final norm. */
  public TraceShape {
    if (boundaries < 2 || boundaries > MAX_BOUNDARIES) {
      throw new IllegalArgumentException("a trace has 2..256 boundaries, not " + boundaries);
    }
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException("a row has 1..65536 elements, not " + dimension);
    }
  }

  /** Bytes of one row. */
  public int rowBytes() {
    return dimension * profile.rowType().width();
  }

  /** Bytes of all rows of one position. */
  public int positionBytes() {
    return boundaries * rowBytes();
  }

  /** Index of the final norm's output, which every challenge opens. */
  public int finalNorm() {
    return boundaries - 1;
  }

  /**
   * Encodes the rows of one position for {@link Trace#append}.
   *
   * @param rows boundaries x dimension values
   */
  public byte[] encode(float[][] rows) {
    if (rows.length != boundaries) {
      throw new IllegalArgumentException(rows.length + " rows, but boundaries are " + boundaries);
    }
    byte[] encoded = new byte[positionBytes()];
    for (int i = 0; i < boundaries; i++) {
      if (rows[i].length != dimension) {
        throw new IllegalArgumentException(
            "row %d has %d elements, not %d".formatted(i, rows[i].length, dimension));
      }
      Row.encode(profile.rowType(), rows[i], encoded, i * rowBytes());
    }
    return encoded;
  }
}
