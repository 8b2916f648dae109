package io.verillm.gpu.bench;

import java.time.LocalDate;
import java.util.List;

/**
 * What a soak saw.
 *
 * @param date when
 * @param machine where
 * @param plan what was run
 * @param samples in order of time
 */
public record SoakRun(LocalDate date, Machine machine, SoakPlan plan, List<Sample> samples) {
  /** Copies the list. */
  public SoakRun {
    samples = List.copyOf(samples);
  }

  /**
   * One reading, after a collection of garbage.
   *
   * @param seconds since the start
   * @param residentBytes of the process
   * @param heapBytes of Java, committed
   * @param sequences that ended so far
   * @param given up among them, between two tokens or chunks
   * @param decoded tokens so far
   * @param read tokens of prompts and checked answers so far
   */
  public record Sample(
      double seconds,
      long residentBytes,
      long heapBytes,
      long sequences,
      long given,
      long decoded,
      long read) {
    /** Native memory: what leaks if arrays are not freed. */
    public long nativeBytes() {
      return residentBytes - heapBytes;
    }
  }

  /** Highest native memory of the second half over that of the first; 1 is flat. */
  public double growth() {
    int half = samples.size() / 2;
    return highest(samples.subList(half, samples.size())) / highest(samples.subList(0, half));
  }

  private static double highest(List<Sample> some) {
    return some.stream().mapToLong(Sample::nativeBytes).max().orElseThrow();
  }
}
