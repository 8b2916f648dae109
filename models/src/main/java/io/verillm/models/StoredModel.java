package io.verillm.models;

import io.verillm.models.onnx.GraphForm;
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

  /** A graph that engines load. */
  public Path graph(GraphForm form) {
    return folder.resolve(form.file());
  }
}
