package io.verillm.protocol.money;

import java.util.Set;

/** Names of payments and slashes in a {@code SettleCase}. */
public final class SettlementKinds {
  /** R for the author of an ACCEPTED segment; never from the treasury. */
  public static final String AUTHOR = "author";

  /** Flat fee of a round-1 checker with a valid consistent opening. */
  public static final String FEE = "fee";

  /** Flat fee of a round-2 checker: losers' slashes pay it first, then the reserve. */
  public static final String FEE_ROUND_2 = "fee-2";

  /**
   * Flat fee of a later segment's author, which checks those before; never from the treasury, since
   * requester and authors of a request may be one person.
   */
  public static final String FEE_HANDOVER = "fee-handover";

  /** R for the author of a counted BAD flag, whose segment is REJECTED as it should be. */
  public static final String FLAG = "flag";

  /** Slash of the author of a REJECTED segment. */
  public static final String SLASH_AUTHOR = "author";

  /** S_open; the task is not scored. */
  public static final String SLASH_OPENING = "opening";

  /** S_miss; the task is not scored. */
  public static final String SLASH_MISSING = "missing";

  /** S_miss and the fees of a case that two thirds of round 2 could not confirm. */
  public static final String SLASH_UNCONFIRMED = "unconfirmed";

  /** S_bad of a checker that accepted a counted BAD flag; its vote stays scored. */
  public static final String SLASH_BAD_FLAG = "bad-flag";

  /** S_good of a checker that rejected a counted GOOD flag; its vote stays scored. */
  public static final String SLASH_GOOD_FLAG = "good-flag";

  /** The bond of a flag that the last verdict does not agree with. */
  public static final String SLASH_BOND = "bond";

  /** The only outcome of a case for which the requester pays. */
  public static final String ACCEPTED = "ACCEPTED";

  /** Outcome of a case whose author pays. */
  static final String REJECTED = "REJECTED";

  static final Set<String> PAYMENTS = Set.of(AUTHOR, FEE, FEE_ROUND_2, FEE_HANDOVER, FLAG);

  /** What the treasury pays where escrow and slashes cannot: to whom only draws and duties lead. */
  static final Set<String> BACKED_BY_TREASURY = Set.of(FEE, FEE_ROUND_2, FLAG);

  static final Set<String> SLASHES =
      Set.of(
          SLASH_AUTHOR,
          SLASH_OPENING,
          SLASH_MISSING,
          SLASH_UNCONFIRMED,
          SLASH_BAD_FLAG,
          SLASH_GOOD_FLAG,
          SLASH_BOND);

  /** Slashes that leave the task's vote scored: the vote was valid, and wrong. */
  static final Set<String> SCORED_SLASHES = Set.of(SLASH_BAD_FLAG, SLASH_GOOD_FLAG);

  static final Set<String> OUTCOMES = Set.of(ACCEPTED, REJECTED, "INCONCLUSIVE", "EXPIRED");

  private SettlementKinds() {}
}
