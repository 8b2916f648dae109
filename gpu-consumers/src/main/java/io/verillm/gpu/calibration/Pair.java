package io.verillm.gpu.calibration;

import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;

/**
 * One text, computed by an author and by a checker over the tokens that the author claims.
 *
 * @param draw what was asked for
 * @param author what the author claims
 * @param checker what the checker computed
 */
record Pair(PairDraw draw, Generation author, Generation checker) {
  int promptLength() {
    return draw.prompt().length;
  }

  /** The checker's evidence about the author's tokens. */
  EvidenceVector evidence(int eosId, CandidateBand band) {
    return checker.evidence(promptLength(), eosId, draw.sampling(), draw.seed(), band);
  }
}
