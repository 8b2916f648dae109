package io.verillm.protocol.sampling;

import io.verillm.protocol.crypto.Hash;

/**
 * How well one claimed token fits what the seeded sampler would have chosen.
 *
 * @param rankClass whether it could have been chosen at all
 * @param margin how far its score lies below the best score among surely allowed tokens, in {@link
 *     LogitUnits}; 0 for the own choice
 */
public record TokenEvidence(RankClass rankClass, int margin) {

  /** Checks the margin's range. */
  public TokenEvidence {
    LogitUnits.require(margin, "a margin");
    if (rankClass == RankClass.OWN_CHOICE && margin != 0) {
      throw new IllegalArgumentException("the own choice has margin 0, not " + margin);
    }
  }

  /**
   * Evidence about a claimed token.
   *
   * <p>The margin is T times the difference of scores, so it is in logits. At T = 0 there is no
   * candidate edge: the class is the own choice or POSSIBLY_ALLOWED and the margin the distance to
   * the highest logit. Where no token is surely allowed, the margin is 0 and the class decides.
   *
   * @param logits one finite logit per vocabulary entry, computed at position - 1
   * @param position absolute position of the claimed token
   * @param claimedToken its id, or the end token's for the last entry
   * @throws IllegalArgumentException if a logit is not finite or the token is not in the vocabulary
   */
  public static TokenEvidence of(
      float[] logits,
      SamplingParameters parameters,
      Hash seed,
      int position,
      int claimedToken,
      CandidateBand band) {
    if (claimedToken < 0 || claimedToken >= logits.length) {
      throw new IllegalArgumentException(
          "token %d of a vocabulary of %d".formatted(claimedToken, logits.length));
    }
    Candidates candidates = Candidates.of(logits, parameters);
    if (SeededSampler.choose(candidates, parameters, seed, position) == claimedToken) {
      return new TokenEvidence(RankClass.OWN_CHOICE, 0);
    }
    double claimed = logits[claimedToken];
    if (parameters.isGreedy()) {
      int margin = LogitUnits.of(candidates.logit(0) - claimed);
      return new TokenEvidence(RankClass.POSSIBLY_ALLOWED, margin);
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int rank = 0; rank < candidates.size(); rank++) {
      if (candidates.surelyAllowed(rank, band.logits())) {
        double score =
            SeededSampler.score(
                candidates.logit(rank), parameters, seed, position, candidates.id(rank));
        best = Math.max(best, score);
      }
    }
    double gap = best - SeededSampler.score(claimed, parameters, seed, position, claimedToken);
    return new TokenEvidence(
        classify(candidates, claimedToken, claimed, band),
        LogitUnits.of(gap * parameters.temperature()));
  }

  private static RankClass classify(
      Candidates candidates, int token, double logit, CandidateBand band) {
    if (candidates.surelyAllowed(candidates.rankOf(token), band.logits())) {
      return RankClass.SURELY_ALLOWED;
    }
    return candidates.possiblyAllowed(logit, band.logits())
        ? RankClass.POSSIBLY_ALLOWED
        : RankClass.NOT_ALLOWED;
  }
}
