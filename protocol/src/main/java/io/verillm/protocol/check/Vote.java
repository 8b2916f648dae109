package io.verillm.protocol.check;

import java.util.Optional;

/**
 * A vote and what it rests on.
 *
 * @param decision the vote
 * @param reason why it rejects, present exactly for REJECT
 * @param report what was tested and found
 */
public record Vote(Decision decision, Optional<RejectReason> reason, CaseReport report)
    implements CaseOutcome {

  /** A reason goes with REJECT alone. */
  public Vote {
    if ((decision == Decision.REJECT) != reason.isPresent()) {
      throw new IllegalArgumentException(decision + " with reason " + reason);
    }
  }
}
