package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.ModelDirectory;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** A model that is calibrated, and where its engines come from. */
public final class CalibratedModel {
  private final ModelDirectory directory;
  private final BiFunction<Hash, EngineOptions, Engine> own;
  private final Path scratch;

  private CalibratedModel(
      ModelDirectory directory, BiFunction<Hash, EngineOptions, Engine> own, Path scratch) {
    this.directory = directory;
    this.own = own;
    this.scratch = scratch;
  }

  /** The built-in one: its graph is built when it is loaded. */
  public static CalibratedModel builtIn() {
    ModelDirectory directory = ModelDirectory.builtIn();
    return new CalibratedModel(
        directory,
        (id, options) -> Engines.load(directory, id, Variant.FP32, options),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * One of a store: its own graph runs it, and changed ones are written beside it for a while.
   *
   * @throws io.verillm.models.InvalidModelException if its graph is that of a cheat
   */
  public static CalibratedModel of(StoredModel model) {
    return new CalibratedModel(
        model.unchanged().directory(),
        (id, options) -> Engines.load(model, id, options),
        model.folder().toAbsolutePath().getParent());
  }

  /** Its files. */
  public ModelDirectory directory() {
    return directory;
  }

  /** Loads it as it is. */
  Engine own(Hash modelId, EngineOptions options) {
    return own.apply(modelId, options);
  }

  /** Loads its shape with other weights. */
  Engine with(Weights weights, Hash modelId, EngineOptions options) {
    return Engines.load(scratch, modelId, directory.config(), weights, options);
  }
}
