package io.verillm.protocol.check;

import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;

/**
 * What the token test sums up over one segment.
 *
 * <p>The mean divides the sum of clipped margins by the number of tokens but at least by {@link
 * #FEWEST_TOKENS}: in a short segment one honest flip would otherwise look like a habit. There the
 * maximum judges.
 *
 * @param tokens tokens judged
 * @param meanMargin mean of the clipped margins, in 2^-24 logit, rounded down
 * @param maximumMargin largest margin, unclipped, in 2^-16 logit
 * @param flips tokens that are not the checker's own choice
 * @param notAllowed tokens of class NOT_ALLOWED
 */
public record TokenStatistics(
    int tokens, long meanMargin, int maximumMargin, int flips, int notAllowed) {

  /** Smallest divisor of the mean. */
  public static final int FEWEST_TOKENS = 64;

  private static final int MEAN_SHIFT = 8;

  /**
   * Sums up entries [from, to).
   *
   * @param from entry index: position minus promptLength
   * @param clip largest value of one margin in the mean, in 2^-16 logit
   */
  public static TokenStatistics of(EvidenceVector evidence, int from, int to, int clip) {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("entries [%d, %d)".formatted(from, to));
    }
    long sum = 0;
    int maximum = 0;
    int flips = 0;
    int notAllowed = 0;
    for (int i = from; i < to; i++) {
      TokenEvidence entry = evidence.token(i);
      sum += Math.min(entry.margin(), clip);
      maximum = Math.max(maximum, entry.margin());
      flips += entry.rankClass() == RankClass.OWN_CHOICE ? 0 : 1;
      notAllowed += entry.rankClass() == RankClass.NOT_ALLOWED ? 1 : 0;
    }
    long mean = (sum << MEAN_SHIFT) / Math.max(to - from, FEWEST_TOKENS);
    return new TokenStatistics(to - from, mean, maximum, flips, notAllowed);
  }
}
