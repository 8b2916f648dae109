package io.verillm.protocol.money;

import java.util.Locale;

/** Why a command moved nothing; the name stands in the note of its {@code denied} transfer. */
public enum Refusal {
  NOT_A_COMMAND,
  REPEATED,
  BAD_ID,
  BAD_AMOUNT,
  BAD_TASK,
  BAD_WORKER,
  BAD_OUTCOME,
  BAD_KIND,
  TOO_MANY_ENTRIES,
  UNKNOWN_ACCOUNT,
  UNKNOWN_SHARD,
  UNKNOWN_REQUEST,
  WRONG_REQUESTER,
  ESCROW_EXISTS,
  BOND_EXISTS,
  /** No bond of this case, or one that has ended. */
  UNKNOWN_BOND,
  INSUFFICIENT_FUNDS,
  CASE_SETTLED,
  TASK_LISTED_TWICE,
  WORKER_VOTES_TWICE,
  SLASHED_TASK_SCORED,
  EPOCH_CLOSED,
  OVERFLOW;

  /** The name as it is written: lower case with dashes. */
  public String reason() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
