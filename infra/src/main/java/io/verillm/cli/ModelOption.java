package io.verillm.cli;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelImport;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --model}, {@code --models} and {@code --models-from}: the one model that a program runs.
 */
final class ModelOption {
  @Mixin private FetchedModelsOption models = new FetchedModelsOption();

  @Option(
      names = "--model",
      paramLabel = FetchedModelsOption.LABEL,
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
    FetchedModelsOption.Found found = models.whole(name);
    return LoadedModel.open(found.name(), found.store(), options);
  }

  /** As it was asked for, with its hash where it has one. */
  String name() {
    return name;
  }

  /** Whether it is the one that everybody has. */
  boolean isBuiltIn() {
    return name.equals(BuiltInModel.NAME);
  }

  /**
   * The same model with other weights. What takes long is done here: it is built in the store,
   * once, beside the model.
   *
   * @param own the model, open
   * @return loads it, as {@link #open} does
   */
  Supplier<Engine> changed(LoadedModel own, Variant variant, EngineOptions options) {
    Hash id = own.engine().shape().modelId();
    if (isBuiltIn()) {
      return () -> Engines.load(own.directory(), id, variant, options);
    }
    FetchedModelsOption.Found found = models.whole(name);
    try {
      StoredModel changed =
          new ModelImport(found.store()).changed(found.store().open(found.name()), variant);
      return () -> Engines.load(changed, id, options);
    } catch (IOException e) {
      throw CommandFailure.unreachable(
          "cannot build %s with weights of %s: %s"
              .formatted(name, variant.label(), e.getMessage()));
    }
  }
}
