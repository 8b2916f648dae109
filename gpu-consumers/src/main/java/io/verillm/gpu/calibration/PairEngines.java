package io.verillm.gpu.calibration;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelManifest;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One model's engines: its own weights in every honest setting, and the weights of cheats. */
final class PairEngines implements AutoCloseable {
  /** Author and checker of an honest setting, and beside them the usual one. */
  private static final int OPEN_AT_ONCE = 3;

  private final CalibratedModel model;
  private final ModelConfig config;
  private final Hash modelId;
  private final EngineDevice device;
  private final List<HonestSetting> settings;
  private @Nullable Engine usual;

  /**
   * Nothing is loaded yet.
   *
   * @throws EngineFailure if the machine is too small
   */
  PairEngines(CalibratedModel model, EngineDevice device) {
    this.model = model;
    this.config = model.directory().config();
    this.modelId =
        new Hash(
            ModelManifest.of("calibrated", model.directory(), device.profile()).modelIdBytes());
    this.device = device;
    this.settings = HonestSetting.all(device);
    requireMemory(config.parameters(), device, machine().memoryBytes());
  }

  /**
   * Tells before hours are spent that the machine is too small.
   *
   * @throws EngineFailure if the engines that are open at once cannot be in its memory
   */
  static void requireMemory(long parameters, EngineDevice device, long bytes) {
    long needed = OPEN_AT_ONCE * Float.BYTES * parameters;
    if (device == EngineDevice.CPU && needed > bytes) {
      throw new EngineFailure(
          "calibrating %,d parameters has %d engines open at once, of %s together; this machine has %s"
              .formatted(parameters, OPEN_AT_ONCE, gigabytes(needed), gigabytes(bytes)));
    }
  }

  private static String gigabytes(long bytes) {
    return "%.1f GB".formatted(bytes / 1e9);
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

  /** Whether the cheat is one for this model, see {@link Variant#changes}. */
  boolean changedBy(Cheat cheat) {
    if (cheat.weights() == Variant.FP32) {
      return true;
    }
    try (OpenWeights weights = model.directory().weights()) {
      return cheat.weights().changes(weights, config);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + model.directory(), e);
    }
  }

  /** The model itself in the usual setting, which most pairs need: loaded once. */
  Engine usual() {
    if (usual == null) {
      usual = own(options());
    }
    return usual;
  }

  /** Works with the model itself under these options. */
  <T> T honest(EngineOptions options, Function<Engine, T> work) {
    if (options.equals(options())) {
      return work.apply(usual());
    }
    try (Engine engine = own(options)) {
      return work.apply(engine);
    }
  }

  /**
   * Works with the weights that a cheat writes with.
   *
   * @param batch most texts that it writes in one run
   */
  <T> T cheating(Cheat cheat, int batch, Function<Engine, T> work) {
    try (Engine engine = writer(cheat, options().withBatch(batch))) {
      return work.apply(engine);
    }
  }

  private EngineOptions options() {
    return settings.getFirst().author();
  }

  private Engine own(EngineOptions options) {
    return model.own(modelId, options);
  }

  private Engine writer(Cheat cheat, EngineOptions options) {
    if (cheat.weights() == Variant.FP32) {
      return own(options);
    }
    try (OpenWeights weights = model.directory().weights()) {
      return model.with(cheat.weights().of(weights, config), modelId, options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + model.directory(), e);
    }
  }

  @Override
  public void close() {
    if (usual != null) {
      usual.close();
    }
  }
}
