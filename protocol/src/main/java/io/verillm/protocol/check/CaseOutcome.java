package io.verillm.protocol.check;

import io.verillm.protocol.trace.OpeningOutcome;

/** What follows from two openings: a vote, or that the checker's own opening allows none. */
public sealed interface CaseOutcome permits Vote, CaseOutcome.CheckerFault {

  /**
   * The checker's opening does not fit its own seal or the challenge.
   *
   * @param outcome what does not fit
   */
  record CheckerFault(OpeningOutcome outcome) implements CaseOutcome {}
}
