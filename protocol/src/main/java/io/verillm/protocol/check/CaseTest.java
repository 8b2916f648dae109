package io.verillm.protocol.check;

/** The tests of a case. */
public enum CaseTest {
  /** The author's openings fit its seal. */
  OPENINGS,
  /** Sizes, outputs and opened token ids agree. */
  INPUT,
  /** The opened rows agree. */
  ROWS,
  /** The segment's tokens follow from the seed. */
  TOKENS,
  /** Finish reason and size fit the limits. */
  END_LIMITS,
  /** The end token was a fair choice; only where the author says that it ended with it. */
  END_TOKEN
}
