package io.verillm.protocol.sampling;

/**
 * Logit differences as 24-bit fixed point: one unit is 2^-16 logit, the largest value just under
 * 256 logits. No floating point is ever hashed, signed or compared with a threshold.
 */
public final class LogitUnits {

  /** Units of one logit. */
  public static final int PER_LOGIT = 1 << 16;

  /** The largest value, at which larger differences saturate. */
  public static final int MAX = (1 << 24) - 1;

  private LogitUnits() {}

  /**
   * The nearest unit (halves up), saturated to [0, {@link #MAX}].
   *
   * @throws IllegalArgumentException for NaN
   */
  public static int of(double logits) {
    if (Double.isNaN(logits)) {
      throw new IllegalArgumentException("NaN is no logit difference");
    }
    return Math.clamp(Math.round(logits * PER_LOGIT), 0, MAX);
  }

  /** Units as logits, exact. */
  public static double toLogits(int units) {
    return units / (double) PER_LOGIT;
  }

  /** Returns the value if it is in 0..{@link #MAX}. */
  public static int require(int units, String what) {
    if (units < 0 || units > MAX) {
      throw new IllegalArgumentException(what + " is in 0..2^24-1, not " + units);
    }
    return units;
  }
}
