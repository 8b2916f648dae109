package io.verillm.gpu.task;

import java.util.concurrent.atomic.LongAdder;

/** Where a worker's model time went, for the bill. Safe for use by several threads. */
public final class ModelTime {
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongAdder generating = new LongAdder();
  private final LongAdder handover = new LongAdder();
  private final LongAdder checking = new LongAdder();
  private final LongAdder rest = new LongAdder();

  /**
   * A reading.
   *
   * @param generating seconds of tasks that turned out to be an author's
   * @param handover seconds in which authors read the answer so far: generating, and a check too
   * @param checking seconds of tasks that turned out to be a checker's, decoding ahead included
   * @param rest seconds of tasks that were given up
   */
  public record Seconds(double generating, double handover, double checking, double rest) {
    /** Both readings together. */
    public Seconds plus(Seconds other) {
      return new Seconds(
          generating + other.generating,
          handover + other.handover,
          checking + other.checking,
          rest + other.rest);
    }
  }

  /** Adds an author's task. */
  public void addGenerating(long nanos) {
    generating.add(nanos);
  }

  /** Adds an author's reading of what another has written. */
  public void addHandover(long nanos) {
    handover.add(nanos);
  }

  /** Adds a checker's task. */
  public void addChecking(long nanos) {
    checking.add(nanos);
  }

  /** Adds a task that ended in neither. */
  public void addRest(long nanos) {
    rest.add(nanos);
  }

  /** All so far. */
  public Seconds seconds() {
    return new Seconds(
        generating.sum() / NANOS_PER_SECOND,
        handover.sum() / NANOS_PER_SECOND,
        checking.sum() / NANOS_PER_SECOND,
        rest.sum() / NANOS_PER_SECOND);
  }
}
