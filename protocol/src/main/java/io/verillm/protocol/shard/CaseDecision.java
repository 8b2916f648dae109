package io.verillm.protocol.shard;

import io.verillm.events.VerdictOutcome;

/**
 * What was decided about a case.
 *
 * @param outcome the outcome
 * @param reason short name of why
 */
record CaseDecision(VerdictOutcome outcome, String reason) {
  boolean isAccepted() {
    return outcome == VerdictOutcome.ACCEPTED;
  }
}
