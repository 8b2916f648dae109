package io.verillm.protocol.check;

/**
 * Outcome of one row's test.
 *
 * @param statistic the policy's number, or {@link #NOT_FINITE}
 * @param outcome what follows from it
 */
public record RowScore(long statistic, TestOutcome outcome) {

  /** Statistic of a row with a NaN or an infinity. */
  public static final long NOT_FINITE = -1;

  static RowScore notFinite() {
    return new RowScore(NOT_FINITE, TestOutcome.FAIL);
  }
}
