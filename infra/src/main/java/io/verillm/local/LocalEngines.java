package io.verillm.local;

import io.verillm.deploy.ServedModel;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** One engine for each variant of the weights that somebody runs; all workers share them. */
final class LocalEngines implements AutoCloseable {
  private final Map<Variant, Engine> engines = new EnumMap<>(Variant.class);

  /**
   * Loads the variants under the built-in model's id, whatever their weights.
   *
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime refuses one
   */
  LocalEngines(BuiltInModel model, Set<Variant> variants) {
    EngineOptions options = EngineOptions.cpu();
    try (OpenWeights weights = model.directory().weights()) {
      for (Variant variant : variants) {
        engines.put(
            variant,
            Engines.load(
                ServedModel.of(model).id(),
                model.config(),
                variant.of(weights, model.config()),
                options));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the weights of " + model.directory(), e);
    }
  }

  Map<Variant, Engine> byVariant() {
    return Map.copyOf(engines);
  }

  @Override
  public void close() {
    engines.values().forEach(Engine::close);
  }
}
