package io.verillm.protocol.money;

import java.util.Set;

/** Names of payments and slashes in a {@code SettleCase}. */
public final class SettlementKinds {
  /** R for the author of an ACCEPTED segment. */
  public static final String AUTHOR = "author";

  /** Flat fee of a round-1 checker with a valid consistent opening. */
  public static final String FEE = "fee";

  /** Flat fee of a round-2 checker: losers' slashes pay it first, then the reserve. */
  public static final String FEE_ROUND_2 = "fee-2";

  /** Slash of the author of a REJECTED segment. */
  public static final String SLASH_AUTHOR = "author";

  /** S_open; the task is not scored. */
  public static final String SLASH_OPENING = "opening";

  /** S_miss; the task is not scored. */
  public static final String SLASH_MISSING = "missing";

  /** S_bad of a checker that accepted a counted BAD flag; its vote stays scored. */
  public static final String SLASH_BAD_FLAG = "bad-flag";

  /** S_good of a checker that rejected a counted GOOD flag; its vote stays scored. */
  public static final String SLASH_GOOD_FLAG = "good-flag";

  /** The bond of a flag that the last verdict does not agree with. */
  public static final String SLASH_BOND = "bond";

  /** The only outcome in which the requester pays. */
  public static final String ACCEPTED = "ACCEPTED";

  static final Set<String> PAYMENTS = Set.of(AUTHOR, FEE, FEE_ROUND_2);
  static final Set<String> SLASHES =
      Set.of(
          SLASH_AUTHOR, SLASH_OPENING, SLASH_MISSING, SLASH_BAD_FLAG, SLASH_GOOD_FLAG, SLASH_BOND);

  /** Slashes that leave the task's vote scored: the vote was valid, and wrong. */
  static final Set<String> SCORED_SLASHES = Set.of(SLASH_BAD_FLAG, SLASH_GOOD_FLAG);

  static final Set<String> OUTCOMES = Set.of(ACCEPTED, "REJECTED", "INCONCLUSIVE", "EXPIRED");

  private SettlementKinds() {}
}
