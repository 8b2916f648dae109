package io.verillm.cli;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.BuiltInModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model} and {@code --models}: the one model that a program runs. */
final class ModelOption {
  @Mixin private ModelsOption models = new ModelsOption();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = BuiltInModel.NAME,
      description = "The built-in model or an imported one (default: ${DEFAULT-VALUE}).")
  private String name = BuiltInModel.NAME;

  ModelOption() {}

  /**
   * Loads it.
   *
   * @throws io.verillm.models.InvalidModelException if there is none, or it is damaged
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  LoadedModel open(EngineOptions options) {
    return LoadedModel.open(name, models.store(), options);
  }
}
