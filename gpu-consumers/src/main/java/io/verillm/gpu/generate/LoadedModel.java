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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model ready to run.
 *
 * @param directory its files
 * @param config its sizes
 * @param tokenizer closed with this
 * @param engine closed with this
 */
public record LoadedModel(
    ModelDirectory directory, ModelConfig config, Tokenizer tokenizer, Engine engine)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

  /**
   * Loads the built-in model or one of a store. Its id is that of its files on this device.
   *
   * @param name {@value BuiltInModel#NAME}, or a name in the store
   * @throws io.verillm.models.InvalidModelException if there is none, or it is damaged
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  public static LoadedModel open(String name, ModelStore store, EngineOptions options) {
    LoadedModel loaded =
        name.equals(BuiltInModel.NAME) ? builtIn(options) : stored(store.open(name), options);
    LOG.atInfo()
        .addKeyValue("model", loaded.engine.shape().modelId())
        .addKeyValue("name", name)
        .addKeyValue("device", options.device().label())
        .addKeyValue("profile", loaded.engine.shape().profile().id())
        .addKeyValue("threads", options.threads())
        .addKeyValue("batch", options.batch())
        .log("model loaded");
    return loaded;
  }

  private static LoadedModel builtIn(EngineOptions options) {
    BuiltInModel model = BuiltInModel.load();
    return new LoadedModel(
        model.directory(),
        model.config(),
        model.tokenizer(),
        Engines.load(model.directory(), id(model.manifest(), options), Variant.FP32, options));
  }

  private static LoadedModel stored(StoredModel model, EngineOptions options) {
    return new LoadedModel(
        model.directory(),
        model.config(),
        Tokenizer.load(model.directory()),
        Engines.load(model, id(model.manifest(), options), options));
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
