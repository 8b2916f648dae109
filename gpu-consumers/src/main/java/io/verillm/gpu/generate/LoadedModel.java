package io.verillm.gpu.generate;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.OnnxEngine;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.Tokenizer;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;

/**
 * A model ready to run.
 *
 * @param directory its files
 * @param config its sizes
 * @param tokenizer closed with this
 * @param engine closed with this
 */
public record LoadedModel(
    ModelDirectory directory, ModelConfig config, Tokenizer tokenizer, OnnxEngine engine)
    implements AutoCloseable {

  /**
   * Loads the built-in model or one of a store.
   *
   * @param name {@value BuiltInModel#NAME}, or a name in the store
   * @throws io.verillm.models.InvalidModelException if there is none, or it is damaged
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  public static LoadedModel open(String name, ModelStore store, EngineOptions options) {
    if (name.equals(BuiltInModel.NAME)) {
      BuiltInModel model = BuiltInModel.load();
      return new LoadedModel(
          model.directory(),
          model.config(),
          model.tokenizer(),
          OnnxEngine.load(
              model.directory(), new Hash(model.manifest().modelIdBytes()), Variant.FP32, options));
    }
    StoredModel model = store.open(name);
    return new LoadedModel(
        model.directory(),
        model.config(),
        Tokenizer.load(model.directory()),
        OnnxEngine.load(model, options));
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
