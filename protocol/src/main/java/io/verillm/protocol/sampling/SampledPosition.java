package io.verillm.protocol.sampling;

import io.verillm.protocol.crypto.Hash;

/**
 * What the seeded sampler makes of one position: its choice, and how well any token fits that. The
 * vocabulary is searched and the candidates are scored once for all questions.
 */
public final class SampledPosition {
  private final float[] logits;
  private final Candidates candidates;
  private final SamplingParameters parameters;
  private final Hash seed;
  private final int position;
  private final double[] scores;
  private final int choice;

  private SampledPosition(float[] logits, SamplingParameters parameters, Hash seed, int position) {
    this.logits = logits;
    this.candidates = Candidates.of(logits, parameters);
    this.parameters = parameters;
    this.seed = seed;
    this.position = position;
    this.scores = new double[parameters.isGreedy() ? 0 : candidates.size()];
    for (int rank = 0; rank < scores.length; rank++) {
      scores[rank] = score(candidates.logit(rank), candidates.id(rank));
    }
    this.choice = choose();
  }

  /**
   * Samples.
   *
   * @param logits one finite logit per vocabulary entry, computed at position - 1; not copied, so
   *     not to be changed
   * @param position absolute position of the token that is chosen
   * @throws IllegalArgumentException if there are no logits or one is not finite
   */
  public static SampledPosition of(
      float[] logits, SamplingParameters parameters, Hash seed, int position) {
    return new SampledPosition(logits, parameters, seed, position);
  }

  private int choose() {
    int chosen = candidates.id(0);
    double best = Double.NEGATIVE_INFINITY;
    int allowed = Math.min(candidates.allowed(), scores.length);
    for (int rank = 0; rank < allowed; rank++) {
      int id = candidates.id(rank);
      if (scores[rank] > best || (scores[rank] == best && id < chosen)) {
        best = scores[rank];
        chosen = id;
      }
    }
    return chosen;
  }

  /** The sampler's own token. */
  public int choice() {
    return choice;
  }

  /**
   * How well a claimed token fits.
   *
   * <p>The margin is T times the difference of scores, so it is in logits. At T = 0 there is no
   * candidate edge: the class is the own choice or POSSIBLY_ALLOWED and the margin the distance to
   * the highest logit. Where no token is surely allowed, the margin is 0 and the class decides.
   *
   * @param claimedToken its id, or the end token's for the last entry
   * @throws IllegalArgumentException if the token is not in the vocabulary
   */
  public TokenEvidence evidence(int claimedToken, CandidateBand band) {
    if (claimedToken < 0 || claimedToken >= logits.length) {
      throw new IllegalArgumentException(
          "token %d of a vocabulary of %d".formatted(claimedToken, logits.length));
    }
    if (choice == claimedToken) {
      return new TokenEvidence(RankClass.OWN_CHOICE, 0);
    }
    double claimed = logits[claimedToken];
    if (parameters.isGreedy()) {
      int margin = LogitUnits.of(candidates.logit(0) - claimed);
      return new TokenEvidence(RankClass.POSSIBLY_ALLOWED, margin);
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int rank = 0; rank < scores.length; rank++) {
      if (candidates.surelyAllowed(rank, band.logits())) {
        best = Math.max(best, scores[rank]);
      }
    }
    double gap = best - score(claimed, claimedToken);
    return new TokenEvidence(
        classify(claimedToken, claimed, band), LogitUnits.of(gap * parameters.temperature()));
  }

  private RankClass classify(int token, double logit, CandidateBand band) {
    if (candidates.surelyAllowed(candidates.rankOf(token), band.logits())) {
      return RankClass.SURELY_ALLOWED;
    }
    return candidates.possiblyAllowed(logit, band.logits())
        ? RankClass.POSSIBLY_ALLOWED
        : RankClass.NOT_ALLOWED;
  }

  private double score(double logit, int tokenId) {
    return SeededSampler.score(logit, parameters, seed, position, tokenId);
  }
}
