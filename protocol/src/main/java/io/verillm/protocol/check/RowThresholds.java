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

  /**
   * Limits that tell who of two has not computed honestly, where a third has compared both. {@code
   * ok} is four times what honest pairs show wherever {@code bad} is more than twice {@code ok}
   * (protocol, section 8), so they pass half of it; elsewhere only what fails tells.
   */
  RowThresholds closer() {
    return bad - ok > ok ? new RowThresholds(ok / 2, ok) : new RowThresholds(bad, bad);
  }
}
