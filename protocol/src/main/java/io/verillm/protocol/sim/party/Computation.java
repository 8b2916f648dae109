package io.verillm.protocol.sim.party;

import java.util.Locale;

/** How somebody computes rows and chooses tokens; each has its distributions in the file. */
public enum Computation {
  HONEST,
  BF16,
  INT8,
  INT4,
  FINE_TUNED,
  OTHER_MODEL,
  SKIPPED_LAYERS,
  QUANTISED_CACHE,
  /** Honest rows, but tokens drawn at another temperature. */
  WRONG_TEMPERATURE,
  /** Invented rows. */
  FABRICATED,
  /** Honest rows, and so much noise on them that they neither pass nor fail. */
  NOISE,
  /** Weights as 8-bit floating-point numbers. */
  FP8,
  /** A cache that has forgotten the oldest positions. */
  EVICTED_CACHE,
  /** Honest rows, but tokens drawn from a smaller nucleus than was asked for. */
  SMALL_NUCLEUS,
  /** Honest rows, but some tokens made likelier than they are. */
  BOOSTED_TOKENS,
  /** Honest work on a machine that others cannot follow. */
  OUTLIER,
  /** Honest rows, and so much noise on them that it is chance who is sure of them. */
  NEAR_LIMIT;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The class in the distributions' file. */
  public String label() {
    return label;
  }
}
