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

  /** The only outcome in which the requester pays. */
  public static final String ACCEPTED = "ACCEPTED";

  static final Set<String> PAYMENTS = Set.of(AUTHOR, FEE, FEE_ROUND_2);
  static final Set<String> SLASHES = Set.of(SLASH_AUTHOR, SLASH_OPENING, SLASH_MISSING);
  static final Set<String> OUTCOMES = Set.of(ACCEPTED, "REJECTED", "INCONCLUSIVE", "EXPIRED");

  private SettlementKinds() {}
}
