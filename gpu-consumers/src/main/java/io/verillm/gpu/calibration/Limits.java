package io.verillm.gpu.calibration;

import java.math.BigInteger;

/**
 * Two thresholds between honest and wrong, and what they were set from (protocol, section 8).
 *
 * @param ok passes up to here
 * @param bad fails above
 * @param highestHonest largest honest value seen
 * @param lowestCheat smallest value of a cheat seen
 */
public record Limits(long ok, long bad, long highestHonest, long lowestCheat) {
  private static final int MARGIN = 4;

  /**
   * ok = 4 x highest honest and bad = the geometric mean of ok and lowest cheat; where 4 x honest
   * reaches the cheat, ok = highest honest instead. bad is never below ok: an honest value must not
   * fail because a cheat was lucky.
   *
   * @param floor honest values below it count as it: what was measured is finite, honest noise is
   *     not
   */
  static Limits between(long highestHonest, long lowestCheat, long floor) {
    long honest = Math.max(highestHonest, floor);
    long ok = MARGIN * honest < lowestCheat ? MARGIN * honest : honest;
    long bad = Math.max(ok, geometricMean(ok, lowestCheat));
    return new Limits(ok, bad, highestHonest, lowestCheat);
  }

  /** Rounded down. */
  private static long geometricMean(long one, long other) {
    return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other)).sqrt().longValueExact();
  }
}
