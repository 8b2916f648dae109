package io.verillm.gpu.generate;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.Tokenizer;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model ready to run.
 *
 * @param directory its files
 * @param config its sizes
 * @param tokenizer closed with this
 * @param engine closed with this
 * @param variant what its weights were changed into at the import; FP32 for none
 */
public record LoadedModel(
    ModelDirectory directory,
    ModelConfig config,
    Tokenizer tokenizer,
    Engine engine,
    Variant variant)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

  /**
   * Loads the built-in model or one of a store, whose files are compared with the import first. Its
   * id is that of its files on this device.
   *
   * @param name {@value BuiltInModel#NAME}, or a name in the store
   * @throws io.verillm.models.InvalidModelException if there is none, or it is damaged
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  public static LoadedModel open(String name, ModelStore store, EngineOptions options) {
    LoadedModel loaded =
        name.equals(BuiltInModel.NAME)
            ? builtIn(options)
            : stored(store.open(name).intact(), options);
    LOG.atInfo()
        .addKeyValue("model", loaded.engine.shape().modelId())
        .addKeyValue("name", name)
        .addKeyValue("variant", loaded.variant.label())
        .addKeyValue("device", options.device().label())
        .addKeyValue("profile", loaded.engine.shape().profile().id())
        .addKeyValue("threads", options.threads())
        .addKeyValue("batch", options.batch())
        .log("model loaded");
    return loaded;
  }

  private static LoadedModel builtIn(EngineOptions options) {
    BuiltInModel model = BuiltInModel.load();
    ModelDirectory files = model.directory();
    return loaded(
        files,
        model.config(),
        model.tokenizer(),
        Variant.FP32,
        () -> Engines.load(files, id(model.manifest(), options), Variant.FP32, options));
  }

  private static LoadedModel stored(StoredModel model, EngineOptions options) {
    return loaded(
        model.directory(),
        model.config(),
        Tokenizer.load(model.directory()),
        model.variant(),
        () -> Engines.load(model, id(model.manifest(), options), options));
  }

  private static LoadedModel loaded(
      ModelDirectory directory,
      ModelConfig config,
      Tokenizer tokenizer,
      Variant variant,
      Supplier<Engine> engine) {
    try {
      return new LoadedModel(directory, config, tokenizer, engine.get(), variant);
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Hash id(ModelManifest manifest, EngineOptions options) {
    return new Hash(manifest.under(options.device().profile()).modelIdBytes());
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
