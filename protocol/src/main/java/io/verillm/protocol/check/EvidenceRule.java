package io.verillm.protocol.check;

import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;

/**
 * Whether the evidence of a checker that lost contradicts that of one that won, over the same text.
 * Evidence is the checker's own word until a second round; then it can be compared entry by entry.
 *
 * <p>No honest noise may look like a lie. Two honest checkers can differ without limit in the
 * margin of a text that no honest author made: whether the best token counts as surely allowed may
 * hang on noise. On a text that the winners accept it cannot, because its author had every surely
 * allowed token to choose from; and with temperature 0 there is no such edge. So margins count only
 * against who rejected, or at temperature 0. A token that is no candidate under any noise within
 * the band for one, and a candidate under all of it for another, counts always.
 *
 * @param limits the case's calibrated limits; what lies between ok and bad contradicts nothing
 * @param clip largest value of one margin in the mean, in 2^-16 logit
 * @param band by how much the difference of two logits may move between honest computations, in
 *     2^-16 logit
 * @param greedy whether tokens were chosen at temperature 0
 */
public record EvidenceRule(TokenThresholds limits, int clip, int band, boolean greedy) {

  /**
   * Which entries are compared.
   *
   * @param from index of the first: its position minus promptLength
   * @param to index behind the last
   * @param end whether the end token's entry is compared too
   */
  public record Range(int from, int to, boolean end) {}

  /**
   * Compares.
   *
   * @param accusing evidence of who says that a token does not fit
   * @param denying evidence of who says that it does
   * @param accepted whether the winners accept the text, and it is the loser that accuses
   */
  public boolean contradicts(
      EvidenceVector accusing, EvidenceVector denying, boolean accepted, Range range) {
    boolean margins = accepted || greedy;
    for (int i = range.from(); i < range.to(); i++) {
      if (apart(accusing.token(i), denying.token(i), margins)) {
        return true;
      }
    }
    return (range.end() && apart(accusing.end(), denying.end(), margins))
        || (margins && meansApart(accusing, denying, range));
  }

  private boolean apart(TokenEvidence accusing, TokenEvidence denying, boolean margins) {
    return neverAgainstAlways(accusing.rankClass(), denying.rankClass())
        || (margins
            && accusing.margin() > Math.max(limits.maximumBad(), band + 1)
            && denying.margin() <= limits.maximumOk()
            && denying.rankClass() != RankClass.NOT_ALLOWED);
  }

  private boolean neverAgainstAlways(RankClass accusing, RankClass denying) {
    boolean always =
        greedy
            ? denying != RankClass.NOT_ALLOWED
            : denying == RankClass.OWN_CHOICE || denying == RankClass.SURELY_ALLOWED;
    return accusing == RankClass.NOT_ALLOWED && always;
  }

  private boolean meansApart(EvidenceVector accusing, EvidenceVector denying, Range range) {
    return mean(accusing, range) > limits.meanBad() && mean(denying, range) <= limits.meanOk();
  }

  private long mean(EvidenceVector evidence, Range range) {
    return TokenStatistics.of(evidence, range.from(), range.to(), clip).meanMargin();
  }
}
