package io.verillm.protocol.check;

/**
 * Limits of {@link TokenStatistics}.
 *
 * @param meanOk largest mean of clipped margins that passes, in 2^-24 logit
 * @param meanBad largest mean that does not fail
 * @param maximumOk largest single margin that passes, in 2^-16 logit; also for the end token
 * @param maximumBad largest single margin that does not fail
 */
public record TokenThresholds(long meanOk, long meanBad, int maximumOk, int maximumBad) {

  /** Requires 0 <= ok <= bad for both. */
  public TokenThresholds {
    if (meanOk < 0 || meanBad < meanOk || maximumOk < 0 || maximumBad < maximumOk) {
      throw new IllegalArgumentException(
          "token thresholds mean %d..%d, maximum %d..%d"
              .formatted(meanOk, meanBad, maximumOk, maximumBad));
    }
  }

  /** As {@link RowThresholds#closer}. */
  TokenThresholds closer() {
    boolean means = meanBad - meanOk > meanOk;
    boolean maxima = maximumBad - maximumOk > maximumOk;
    return new TokenThresholds(
        means ? meanOk / 2 : meanBad,
        means ? meanOk : meanBad,
        maxima ? maximumOk / 2 : maximumBad,
        maxima ? maximumOk : maximumBad);
  }
}
