package io.verillm.aws;

/** Two different checkpoints of one epoch: a fork of the log, or a fault of who publishes. */
public final class CheckpointConflict extends Exception {
  private static final long serialVersionUID = 1L;

  CheckpointConflict(long epoch, String place) {
    super("epoch %d has another checkpoint already: %s".formatted(epoch, place));
  }
}
