package io.verillm.gpu.bench;

/** Wall time, with whatever a computation does outside the runtime too. */
final class Stopwatch {
  private static final double SECOND_NANOS = 1e9;

  private long start = System.nanoTime();

  /** Seconds since the last lap, or since this was made. */
  double lap() {
    long now = System.nanoTime();
    double seconds = (now - start) / SECOND_NANOS;
    start = now;
    return seconds;
  }
}
