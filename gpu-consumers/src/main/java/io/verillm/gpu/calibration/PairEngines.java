package io.verillm.gpu.calibration;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One model's engines: its own weights in every honest setting, and the weights of cheats. */
final class PairEngines implements AutoCloseable {
  private static final long OTHER_MODEL_SEED = 77;
  private static final int PARAMETERS_MAX = 400_000_000;

  private final ModelDirectory directory;
  private final ModelConfig config;
  private final Hash modelId;
  private final EngineDevice device;
  private final List<HonestSetting> settings;
  private @Nullable Engine usual;

  PairEngines(ModelDirectory directory, EngineDevice device) {
    this.directory = directory;
    this.config = directory.config();
    if (config.parameters() > PARAMETERS_MAX) {
      throw new IllegalArgumentException(
          "changed weights are made in memory: at most %,d parameters can be calibrated, not %,d"
              .formatted(PARAMETERS_MAX, config.parameters()));
    }
    this.modelId =
        new Hash(ModelManifest.of("calibrated", directory, device.profile()).modelIdBytes());
    this.device = device;
    this.settings = HonestSetting.all(device);
  }

  Hash modelId() {
    return modelId;
  }

  ModelConfig config() {
    return config;
  }

  /** The numeric profile of authors and checkers. */
  String profile() {
    return device.profile().id();
  }

  /** Where the engines run. */
  Machine machine() {
    return Machine.of(options());
  }

  List<HonestSetting> settings() {
    return settings;
  }

  /**
   * Whether the cheat is one for this model: weights that are bf16 already cannot be cast to it.
   */
  boolean changedBy(Cheat cheat) {
    if (cheat.weights() == Variant.FP32) {
      return true;
    }
    try (OpenWeights weights = directory.weights()) {
      Weights changed = cheat.weights().of(weights, config);
      return weights.names().stream()
          .anyMatch(
              name -> !Arrays.equals(weights.tensor(name).values(), changed.tensor(name).values()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + directory, e);
    }
  }

  /** The model itself in the usual setting, which most pairs need: loaded once. */
  Engine usual() {
    if (usual == null) {
      usual = load(Variant.FP32, options());
    }
    return usual;
  }

  /** Works with the model itself under these options. */
  <T> T honest(EngineOptions options, Function<Engine, T> work) {
    if (options.equals(options())) {
      return work.apply(usual());
    }
    try (Engine engine = load(Variant.FP32, options)) {
      return work.apply(engine);
    }
  }

  /**
   * Works with the weights that a cheat writes with.
   *
   * @param batch most texts that it writes in one run
   */
  <T> T cheating(Cheat cheat, int batch, Function<Engine, T> work) {
    EngineOptions options = options().withBatch(batch);
    try (Engine engine =
        cheat == Cheat.OTHER_MODEL ? otherModel(options) : load(cheat.weights(), options)) {
      return work.apply(engine);
    }
  }

  private EngineOptions options() {
    return settings.getFirst().author();
  }

  private Engine load(Variant variant, EngineOptions options) {
    return Engines.load(directory, modelId, variant, options);
  }

  private Engine otherModel(EngineOptions options) {
    RandomWeights weights = new RandomWeights(config, OTHER_MODEL_SEED);
    return Engines.load(modelId, config, weights, options);
  }

  @Override
  public void close() {
    if (usual != null) {
      usual.close();
    }
  }
}
