package io.verillm.protocol.money;

/** Every limit of the ledger. */
public final class MoneyLimits {
  /** Largest amount in one field of a command, in units; sums of 9,000 of them still fit a long. */
  public static final long AMOUNT_UNITS_MAX = 1_000_000_000_000_000L;

  /** Longest id of a command or request, in characters. */
  public static final int ID_CHARS_MAX = 128;

  /** Most tasks, payments, slashes or votes in one command. */
  public static final int CASE_ENTRIES_MAX = 1_024;

  /** Scored cases from which a scoring epoch is long enough to be paid without a drain. */
  public static final int SCORED_CASES_MIN = 20;

  /** Fewest scored cases that are ever paid: one case alone has no covariance. */
  public static final int PAID_CASES_MIN = 2;

  /** Fewest other votes that make a majority to be scored against. */
  public static final int OTHER_VOTES_MIN = 2;

  private MoneyLimits() {}
}
