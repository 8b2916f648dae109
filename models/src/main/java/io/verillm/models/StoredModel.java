package io.verillm.models;

import io.verillm.models.onnx.OnnxModel;
import java.nio.file.Path;

/**
 * An imported model.
 *
 * @param folder its files, in Hugging Face layout with the graph beside them
 * @param directory the same, to be read
 * @param config its sizes
 * @param manifest its id and hashes, as at the import
 */
public record StoredModel(
    Path folder, ModelDirectory directory, ModelConfig config, ModelManifest manifest) {

  /** The graph that engines load. */
  public Path graph() {
    return folder.resolve(OnnxModel.FILE);
  }
}
