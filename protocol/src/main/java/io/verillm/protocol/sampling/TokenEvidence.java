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
    return SampledPosition.of(logits, parameters, seed, position).evidence(claimedToken, band);
  }
}
