package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineOptions;
import java.time.Duration;

/**
 * What a soak does.
 *
 * @param model name of the built-in or an imported model
 * @param time how long
 * @param samples how many times memory is read, at least 4
 * @param sequences that run at once, at least one
 * @param options of the engine
 */
public record SoakPlan(
    String model, Duration time, int samples, int sequences, EngineOptions options) {
  /** Refuses numbers out of range. */
  public SoakPlan {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a soak takes some time, not " + time);
    }
    if (samples < 4 || sequences < 1) {
      throw new IllegalArgumentException(
          "a soak reads memory at least 4 times and runs at least one sequence, not %d and %d"
              .formatted(samples, sequences));
    }
  }
}
