package io.verillm.protocol.check;

/**
 * Limits of {@link CalibratedRows#statistic} at one boundary.
 *
 * @param ok largest distance that passes
 * @param bad largest distance that does not fail
 * @param percent share of the elements that the statistic is the largest distance of
 */
public record RowThresholds(long ok, long bad, int percent) {
  /** As calibrated: a tenth of the elements may lie as far apart as they like. */
  static final int PERCENT = 90;

  /** Half of the elements that {@link #PERCENT} leaves out. */
  private static final int CLOSER_PERCENT = 95;

  /** Requires 0 <= ok <= bad. */
  public RowThresholds {
    if (ok < 0 || bad < ok) {
      throw new IllegalArgumentException("row thresholds ok=%d, bad=%d".formatted(ok, bad));
    }
  }

  /** Limits as they are calibrated. */
  public RowThresholds(long ok, long bad) {
    this(ok, bad, PERCENT);
  }

  /**
   * Limits that tell who of two has not computed honestly, where a third has compared both. {@code
   * ok} is four times what honest pairs show wherever {@code bad} is more than twice {@code ok}
   * (protocol, section 8), so they pass half of it; elsewhere only what fails tells.
   *
   * <p>Half of the limit for half of the elements: where two do not pass each other, a tenth of
   * their elements are further apart than {@code ok}, so for any third one of the two has a
   * twentieth that is further than half of it from that one's, and does not pass it here.
   */
  RowThresholds closer() {
    return bad - ok > ok
        ? new RowThresholds(ok / 2, ok, CLOSER_PERCENT)
        : new RowThresholds(bad, bad, percent);
  }
}
