package io.verillm.cli;

import io.verillm.gpu.engine.EngineOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --device}, {@code --batch} and {@code --threads}: how one engine serves many sequences.
 */
final class BatchOption {
  @Mixin private DeviceOption device = new DeviceOption();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Most sequences that decode in one run of the model (default: ${DEFAULT-VALUE}, each by"
              + " itself).")
  private int batch = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads inside one run (default: ${DEFAULT-VALUE}); more help where a big model's"
              + " batch has the processors to itself.")
  private int threads = 1;

  BatchOption() {}

  EngineOptions options() {
    try {
      return EngineOptions.on(device.device()).withBatch(batch).withThreads(threads);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
