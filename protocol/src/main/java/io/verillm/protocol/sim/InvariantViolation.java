package io.verillm.protocol.sim;

/** Deciding code did what it must never do. The message holds what replays it: seed and step. */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long seed;
  private final long step;

  InvariantViolation(long seed, long step, String what) {
    super("seed %d, step %d: %s".formatted(seed, step, what));
    this.seed = seed;
    this.step = step;
  }

  /** Seed of the run. */
  public long seed() {
    return seed;
  }

  /** Number of events up to the one behind which it showed. */
  public long step() {
    return step;
  }
}
