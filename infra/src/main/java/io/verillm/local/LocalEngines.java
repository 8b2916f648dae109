package io.verillm.local;

import io.verillm.deploy.ServedModel;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.LoadedOnUse;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.Variant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * One engine for each variant of the weights that somebody runs; all workers share them. What
 * behaviours run is loaded at once, what flags may run when the first of them does.
 */
final class LocalEngines implements AutoCloseable {
  private final BuiltInModel model;
  private final Map<Variant, Engine> engines = new EnumMap<>(Variant.class);
  private final Map<Variant, LoadedOnUse> onUse = new EnumMap<>(Variant.class);

  /**
   * Loads the variants under the built-in model's id, whatever their weights.
   *
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime refuses one
   */
  LocalEngines(BuiltInModel model, Set<Variant> variants) {
    this.model = model;
    variants.forEach(variant -> engines.put(variant, load(variant)));
  }

  private Engine load(Variant variant) {
    return Engines.load(
        model.directory(), ServedModel.of(model).id(), variant, EngineOptions.cpu());
  }

  Map<Variant, Engine> byVariant() {
    return Map.copyOf(engines);
  }

  /** Runs a variant that may never be asked for. */
  Inference onUse(Variant variant) {
    int eosId = model.config().eosId();
    Engine loaded = engines.get(variant);
    return loaded != null
        ? new EngineInference(loaded, eosId)
        : onUse.computeIfAbsent(
            variant,
            missing ->
                new LoadedOnUse(
                    engines.values().iterator().next().shape(), eosId, () -> load(missing)));
  }

  @Override
  public void close() {
    onUse.values().forEach(LoadedOnUse::close);
    engines.values().forEach(Engine::close);
  }
}
