package io.verillm.protocol.check;

import io.verillm.protocol.trace.FinishReason;
import java.util.OptionalInt;

/**
 * Where a segment may end, in trace positions.
 *
 * @param promptLength positions of the prompt
 * @param maxTokens tokens that the request allows after the prompt, over all segments
 * @param positionLimit the model's largest trace
 * @param stopAt size at which the coordinator stopped the author, if it did
 */
public record CaseLimits(int promptLength, int maxTokens, int positionLimit, OptionalInt stopAt) {

  /** Most hand-overs of one generation; a case more has still positions that nobody opened. */
  public static final int HANDOVERS_MAX = 3;

  /** Largest committee of round 1 that admission lets a request ask for. */
  public static final int CHECKERS_ADMITTED = 21;

  /** Tokens that may be decoded before Continue or Stop (section 7). */
  public static final int AHEAD = 4;

  /** Refuses an empty prompt and a negative budget. */
  public CaseLimits {
    if (promptLength < 1 || maxTokens < 0 || positionLimit < promptLength) {
      throw new IllegalArgumentException(
          "prompt of %d, %d tokens, at most %d positions"
              .formatted(promptLength, maxTokens, positionLimit));
    }
  }

  /** The largest trace that request and model allow. */
  public int largestSize() {
    return (int) Math.min((long) promptLength + maxTokens, positionLimit);
  }

  /** Whether a segment may end after {@code size} positions for this reason. */
  boolean allow(FinishReason reason, int size) {
    return switch (reason) {
      case NONE -> false;
      case EOS -> size <= largestSize();
      case LENGTH -> size == largestSize();
      case STOP -> size <= largestSize() && stopAt.isPresent() && stopAt.getAsInt() == size;
    };
  }
}
