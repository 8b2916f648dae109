package io.verillm.protocol.draw;

/**
 * A worker that may be drawn.
 *
 * @param workerId its id
 * @param stake its weight in the draw, at least 1
 */
public record Candidate(String workerId, long stake) {

  /** Refuses an empty id and a stake below 1. */
  public Candidate {
    if (workerId.isEmpty() || stake < 1) {
      throw new IllegalArgumentException(
          "worker '%s' cannot be drawn with stake %d".formatted(workerId, stake));
    }
  }
}
