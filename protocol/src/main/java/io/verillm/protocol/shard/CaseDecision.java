package io.verillm.protocol.shard;

import io.verillm.events.VerdictOutcome;

/**
 * What was decided about a case.
 *
 * @param outcome the outcome
 * @param reason short name of why
 */
record CaseDecision(VerdictOutcome outcome, String reason) {
  /** Whether who is asked could not be sure, and that by the author's doing. */
  boolean isUnconfirmed() {
    return equals(CaseEnd.UNCONFIRMED);
  }

  /** Whether the coordinator sent its committee away. */
  boolean isOutputLost() {
    return equals(CaseEnd.OUTPUT_LOST);
  }

  /** Whether nobody was left to look at what the first round said. */
  boolean isUnseen() {
    return reason.equals(CaseEnd.NO_SECOND_COMMITTEE) || reason.equals(CaseEnd.NO_POSITIONS_LEFT);
  }

  boolean isAccepted() {
    return outcome == VerdictOutcome.ACCEPTED;
  }
}
