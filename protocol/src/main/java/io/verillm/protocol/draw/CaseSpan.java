package io.verillm.protocol.draw;

/**
 * Where a case's segment lies in a trace.
 *
 * @param start first position of the segment
 * @param end one past its last position
 * @param total the last positions before {@code end} that the case answers for: all of them for a
 *     first segment, its own for a later one, none for a later one without a token. Challenges open
 *     at most a third of them in round 1
 */
public record CaseSpan(int start, int end, int total) {

  /** Requires at least one position, and that the case answers for it if it does for any. */
  public CaseSpan {
    if (start < 0 || start >= end || total < 0 || total > end || 0 < total && total < end - start) {
      throw new IllegalArgumentException(
          "segment [%d, %d) of a case of %d positions".formatted(start, end, total));
    }
  }

  /** First position that the case answers for. */
  public int base() {
    return end - total;
  }

  /** First position whose token the segment's author chose. */
  public int firstToken(int promptLength) {
    return Math.max(promptLength, Math.max(start, base()));
  }
}
