package io.verillm.protocol.check;

import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;

/**
 * Judges how a segment's tokens were chosen, from the checker's evidence.
 *
 * @param thresholds limits of both statistics
 * @param clip largest value of one margin in the mean, in 2^-16 logit
 */
public record TokenTest(TokenThresholds thresholds, int clip) {

  /**
   * The statistics of entries [from, to), where an entry's index is its position minus
   * promptLength.
   */
  public TokenStatistics statistics(EvidenceVector evidence, int from, int to) {
    return TokenStatistics.of(evidence, from, to, clip);
  }

  /** FAIL if any token is not allowed; else the worse of mean and maximum. */
  public TestOutcome judge(TokenStatistics statistics) {
    if (statistics.notAllowed() > 0) {
      return TestOutcome.FAIL;
    }
    return TestOutcome.of(statistics.meanMargin(), thresholds.meanOk(), thresholds.meanBad())
        .worse(judgeMaximum(statistics.maximumMargin()));
  }

  /** Judges the end token's entry; to be used only if the author says that it ended with it. */
  public TestOutcome judgeEnd(TokenEvidence end) {
    return end.rankClass() == RankClass.NOT_ALLOWED ? TestOutcome.FAIL : judgeMaximum(end.margin());
  }

  private TestOutcome judgeMaximum(int margin) {
    return TestOutcome.of(margin, thresholds.maximumOk(), thresholds.maximumBad());
  }
}
