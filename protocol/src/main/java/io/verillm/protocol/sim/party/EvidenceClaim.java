package io.verillm.protocol.sim.party;

/** What somebody writes into its evidence. */
public enum EvidenceClaim {
  /** What its computation says. */
  COMPUTED,
  /** That every token is its own choice. */
  ALL_FIT,
  /** That the first token could never have been chosen. */
  ONE_FORBIDDEN,
  /** That the first token lies between passing and failing. */
  ONE_UNSURE
}
