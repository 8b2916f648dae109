package io.verillm.protocol.shard;

/** How a checker's part in a case ended. */
enum Judgement {
  ACCEPT,
  REJECT,
  UNSURE,
  /** No commitment in time. */
  MISSING,
  /** Committed, then no opening or no vote in time. */
  SILENT,
  /** An opening that does not fit its seal, or a vote that the openings contradict. */
  FAULT;

  /** Whether this is a vote that counts. */
  boolean valid() {
    return this == ACCEPT || this == REJECT || this == UNSURE;
  }
}
