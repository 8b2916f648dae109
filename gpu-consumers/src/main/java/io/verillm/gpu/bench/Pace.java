package io.verillm.gpu.bench;

import java.time.Duration;

/**
 * How fast one model went last, to tell what a longer text will take.
 *
 * @param prefillSeconds for each token read
 * @param decodeSeconds for each token written
 */
record Pace(double prefillSeconds, double decodeSeconds) {

  static Pace of(int prompt, int output, CellBench.Run run) {
    return new Pace(run.verify() / (prompt + output), run.decode() / output);
  }

  /** What one repeat of a cell will take, but for attention's growth. */
  Duration repeat(int prompt, int output) {
    double read = prompt + (prompt + output) + (prompt + output / 2.0);
    return Duration.ofMillis(Math.round(1e3 * (read * prefillSeconds + output * decodeSeconds)));
  }
}
