package io.verillm.protocol.check;

/** Outcome of one test, from best to worst. */
public enum TestOutcome {
  /** Within what honest computations do. */
  PASS,
  /** Between honest and wrong. */
  UNSURE,
  /** Beyond what honest computations do. */
  FAIL;

  /** The worse of both. */
  public TestOutcome worse(TestOutcome other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** At most {@code ok}: PASS; above {@code bad}: FAIL; between: UNSURE. */
  static TestOutcome of(long statistic, long ok, long bad) {
    if (statistic <= ok) {
      return PASS;
    }
    return statistic > bad ? FAIL : UNSURE;
  }
}
