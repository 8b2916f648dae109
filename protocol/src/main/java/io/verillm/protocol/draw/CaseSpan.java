package io.verillm.protocol.draw;

/**
 * Where a case's segment lies in a trace.
 *
 * @param start first position of the segment
 * @param end one past its last position
 * @param total positions of the whole trace, T
 */
public record CaseSpan(int start, int end, int total) {

  /** Requires a segment with at least one position inside the trace. */
  public CaseSpan {
    if (start < 0 || start >= end || end > total) {
      throw new IllegalArgumentException(
          "segment [%d, %d) in a trace of %d".formatted(start, end, total));
    }
  }
}
