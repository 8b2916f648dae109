package io.verillm.streams.coordinator;

import io.verillm.topics.RequestLimits;

/** Limits of requests, in one place. */
final class AdmissionLimits {
  /** Characters of a prompt. */
  static final int PROMPT_CHARS_MAX = RequestLimits.PROMPT_CHARS_MAX;

  /** Members of a round-1 committee; round 2 has at most twice as many and one. */
  static final int CHECKERS_MAX = RequestLimits.CHECKERS_MAX;

  /** Above it every token is as good as drawn blindly. */
  static final double TEMPERATURE_MAX = RequestLimits.TEMPERATURE_MAX;

  /** Tokens that may be decoded before Continue or Stop. */
  static final int AHEAD = 4;

  private AdmissionLimits() {}
}
