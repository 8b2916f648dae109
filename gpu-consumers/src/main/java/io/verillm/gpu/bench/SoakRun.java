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
  /** At most this much more in all. */
  public static final double GROWTH_MAX = 1.1;

  /** At most this much more for each sequence, far less than the cache of one. */
  public static final double SEQUENCE_BYTES_MAX = 1024;

  private static final double NOISE_BYTES = 16 << 20;

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

  /**
   * Highest native memory of the last quarter over that of the second; 1 is flat. The first quarter
   * holds the start, whose memory goes back.
   */
  public double growth() {
    return highest(3) / highest(1);
  }

  /** What it grew by between these quarters, for each sequence that ended meanwhile. */
  public double bytesPerSequence() {
    long ended = quarter(3).getLast().sequences() - quarter(1).getLast().sequences();
    return (highest(3) - highest(1)) / Math.max(1, ended);
  }

  /** Whether it grew by no more than an allocator's own comings and goings. */
  public boolean isFlat() {
    boolean little = highest(3) - highest(1) <= NOISE_BYTES;
    return growth() <= GROWTH_MAX && (little || bytesPerSequence() <= SEQUENCE_BYTES_MAX);
  }

  private double highest(int quarter) {
    return quarter(quarter).stream().mapToLong(Sample::nativeBytes).max().orElseThrow();
  }

  private List<Sample> quarter(int which) {
    int size = samples.size();
    return samples.subList(which * size / 4, (which + 1) * size / 4);
  }
}
