package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run of the benchmark measures.
 *
 * @param models names: the built-in model, imported ones, or shapes of random ones
 * @param prompts tokens given, each with each of the outputs
 * @param outputs tokens generated
 * @param batch sequences at once at saturation; 1 measures no saturation
 * @param repeats of each measurement
 * @param budget time for the cells of all models; a cell that would take more than what is left is
 *     skipped
 * @param probe matrices behind the roofline
 * @param options device, threads and chunks
 * @param llamaCpp folder with the npm package node-llama-cpp, to compare with
 */
public record BenchPlan(
    List<String> models,
    List<Integer> prompts,
    List<Integer> outputs,
    int batch,
    int repeats,
    Duration budget,
    Roofline.Probe probe,
    EngineOptions options,
    Optional<Path> llamaCpp) {

  /** Checkers of a case. */
  static final int CHECKERS = 3;

  /** Copies the lists and refuses a plan without anything to measure. */
  public BenchPlan {
    models = List.copyOf(models);
    prompts = List.copyOf(prompts);
    outputs = List.copyOf(outputs);
    if (models.isEmpty() || prompts.isEmpty() || outputs.isEmpty() || repeats < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "nothing to measure: models %s, prompts %s, outputs %s, %d repeats, batches of %d"
              .formatted(models, prompts, outputs, repeats, batch));
    }
    if (prompts.stream().anyMatch(size -> size < 1) || outputs.stream().anyMatch(n -> n < 2)) {
      throw new IllegalArgumentException(
          "a prompt has at least 1 token and an output 2, not %s and %s"
              .formatted(prompts, outputs));
    }
  }
}
