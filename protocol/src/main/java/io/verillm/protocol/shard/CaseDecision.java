package io.verillm.protocol.shard;

import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.UndecidedReason;

/**
 * What was decided about a case.
 *
 * @param outcome the outcome
 * @param reason short name of why
 */
record CaseDecision(VerdictOutcome outcome, String reason) {
  /** Of a case that nobody was there to decide. */
  static CaseDecision undecided(UndecidedReason why) {
    return new CaseDecision(VerdictOutcome.INCONCLUSIVE, why.name());
  }

  /** Whether who is asked could not be sure, and that by the author's doing. */
  boolean isUnconfirmed() {
    return equals(CaseEnd.UNCONFIRMED);
  }

  /** Whether the coordinator sent its committee away. */
  boolean isOutputLost() {
    return UndecidedReason.OUTPUT_LOST.is(reason);
  }

  /** Whether nobody was left to look at what the first round said. */
  boolean isUnseen() {
    return UndecidedReason.NO_SECOND_COMMITTEE.is(reason)
        || UndecidedReason.NO_POSITIONS_LEFT.is(reason);
  }

  boolean isAccepted() {
    return outcome == VerdictOutcome.ACCEPTED;
  }
}
