package io.verillm.models;

import io.verillm.models.onnx.GraphForm;
import io.verillm.models.weights.Variant;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * An imported model.
 *
 * @param folder its files, in Hugging Face layout with the graph beside them
 * @param directory the same, to be read
 * @param config its sizes
 * @param manifest its id and hashes, as at the import
 * @param variant what the graph's weights were changed into; all but {@link Variant#FP32} compute
 *     something else than the id says
 * @param graphs SHA-256 in hexadecimal of each file that engines load, as at the import
 */
public record StoredModel(
    Path folder,
    ModelDirectory directory,
    ModelConfig config,
    ModelManifest manifest,
    Variant variant,
    SortedMap<String, String> graphs) {

  /** A graph that engines load. */
  public Path graph(GraphForm form) {
    return folder.resolve(form.file());
  }

  /**
   * Reads every file that the id binds or that engines load, and compares it with the import.
   *
   * @return this
   * @throws InvalidModelException naming what was changed since
   */
  public StoredModel intact() {
    ModelManifest now = ModelManifest.of(manifest.name(), directory, manifest.profile());
    require(directory.weightFiles().names(), manifest.weightsHash(), now.weightsHash());
    require(directory.tokenizerFiles(), manifest.tokenizerHash(), now.tokenizerHash());
    require(ModelDirectory.CONFIG, manifest.configHash(), now.configHash());
    require(ModelStore.MANIFEST, manifest.modelId(), now.modelId());
    graphs.forEach((file, hash) -> require(file, hash, directory.sha256(file)));
    return this;
  }

  /** Files that have one hash together. */
  private void require(List<String> files, String imported, String found) {
    require(String.join(" or ", files), imported, found);
  }

  private void require(String what, String imported, String found) {
    if (!imported.equals(found)) {
      throw new InvalidModelException(
          "%s: %s changed since the import: SHA-256 %s, not %s; import the model again"
              .formatted(folder, what, found, imported));
    }
  }
}
