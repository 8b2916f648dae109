package io.verillm.topics;

/**
 * Why no coordinator admits what a request asks for.
 *
 * @param kind the coordinator's name for it
 * @param text the same in words, with the value that is wrong
 */
public record RequestFault(Kind kind, String text) {

  /** In the order in which they are looked for. */
  public enum Kind {
    /** Outside 1..64. */
    BAD_TOP_K,
    /** Outside (0, 1]. */
    BAD_TOP_P,
    /** Negative, NaN, infinite, over the limit, or so small that the sampler has no use for it. */
    BAD_TEMPERATURE,
    /** Even, below 1, over the limit, or with the hand-overs more than an author's slash covers. */
    BAD_CHECKERS,
    /** Negative or over the limit. */
    BAD_HANDOVERS,
    /** No character. */
    PROMPT_EMPTY,
    /** Over the limit of characters, or no room for a token behind it. */
    PROMPT_TOO_LONG,
    /** Below 1, or prompt and tokens together over the model's positions. */
    BAD_MAX_TOKENS
  }
}
