package io.verillm.protocol.sim;

import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.sim.party.EvidenceClaim;
import io.verillm.protocol.sim.party.Manner;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How the tokens of one segment look to those who check it.
 *
 * @param seed of its text
 * @param manner how its author made it
 */
record SegmentEvidence(long seed, Distributions distributions, Manner manner) {
  static final TokenEvidence OWN = new TokenEvidence(RankClass.OWN_CHOICE, 0);
  private static final int UNSURE_MARGIN = 200;
  private static final double PER_MYRIAD = 10_000;

  /**
   * One entry for each token.
   *
   * @param checker how somebody computes that checks
   * @param claim what it writes
   * @param first index of the first token behind the prompt
   */
  List<TokenEvidence> entries(Computation checker, EvidenceClaim claim, int first, int count) {
    List<TokenEvidence> own = new ArrayList<>();
    for (int index = first; index < first + count; index++) {
      own.add(entry(checker, index));
    }
    corrupt(own);
    if (!own.isEmpty() && claim == EvidenceClaim.ONE_FORBIDDEN) {
      own.set(0, new TokenEvidence(RankClass.NOT_ALLOWED, 0));
    } else if (!own.isEmpty() && claim == EvidenceClaim.ONE_UNSURE) {
      own.set(0, new TokenEvidence(RankClass.SURELY_ALLOWED, UNSURE_MARGIN));
    }
    return own;
  }

  /** How the end token looks to everybody who computes honestly. */
  TokenEvidence end() {
    if (manner.ending() != Manner.Ending.EARLY) {
      return OWN;
    }
    long margin = distributions.band("early-stop", "end").at(Noise.of(seed, 8).nextDouble());
    return new TokenEvidence(RankClass.SURELY_ALLOWED, (int) margin);
  }

  /** How the token at an index looks to somebody who computes so. */
  private TokenEvidence entry(Computation checker, int index) {
    // Somebody who computes as the author did finds its own choices.
    if (checker == manner.tokens() || checker == Computation.FABRICATED) {
      return OWN;
    }
    Computation other = manner.tokens() == Computation.HONEST ? checker : manner.tokens();
    SplittableRandom random = Noise.of(seed, 4, other.ordinal(), index);
    double drawn = random.nextDouble() * PER_MYRIAD;
    double forbidden = share(other, "forbidden");
    if (drawn < forbidden) {
      return new TokenEvidence(RankClass.NOT_ALLOWED, 0);
    }
    if (drawn < forbidden + share(other, "flips")) {
      long margin = distributions.band(other.label(), "margin").at(random.nextDouble());
      return new TokenEvidence(RankClass.SURELY_ALLOWED, (int) margin);
    }
    return OWN;
  }

  /** The share of such tokens in this text. */
  private double share(Computation computation, String statistic) {
    return distributions
        .find(computation.label(), statistic)
        .map(band -> (double) band.at(Noise.of(seed, 5, computation.ordinal()).nextDouble()))
        .orElse(0.0);
  }

  private void corrupt(List<TokenEvidence> own) {
    SplittableRandom random = Noise.of(seed, 6);
    for (int i = 0; i < manner.corrupted(); i++) {
      long margin = distributions.band("few-tokens", "margin").at(random.nextDouble());
      own.set(
          random.nextInt(own.size()), new TokenEvidence(RankClass.SURELY_ALLOWED, (int) margin));
    }
  }
}
