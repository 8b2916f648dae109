package io.verillm.protocol.check;

/**
 * Limits of {@link CalibratedRows#statistic} at one boundary.
 *
 * @param ok largest distance that passes
 * @param bad largest distance that does not fail
 */
public record RowThresholds(long ok, long bad) {

  /** Requires 0 <= ok <= bad. */
  public RowThresholds {
    if (ok < 0 || bad < ok) {
      throw new IllegalArgumentException("row thresholds ok=%d, bad=%d".formatted(ok, bad));
    }
  }
}
