package io.verillm.models;

import io.verillm.models.onnx.GraphForm;
import io.verillm.models.weights.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
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
 * @param unbound the same of each file that makes the model and is in no hash of the manifest, or
 *     that it was absent; empty if the import was before these were kept
 */
public record StoredModel(
    Path folder,
    ModelDirectory directory,
    ModelConfig config,
    ModelManifest manifest,
    Variant variant,
    SortedMap<String, String> graphs,
    SortedMap<String, String> unbound) {

  /** A graph that engines load. */
  public Path graph(GraphForm form) {
    return folder.resolve(form.file());
  }

  /**
   * Reads every file that makes the model or that engines load, and compares it with the import.
   * Thresholds are measured after it, and not compared.
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
    unbound.forEach((file, hash) -> require(file, hash, directory.sha256IfThere(file)));
    return this;
  }

  /**
   * Checks that its graph is the model's own.
   *
   * @return this
   * @throws InvalidModelException if it is a cheat's
   */
  public StoredModel unchanged() {
    if (variant != Variant.FP32) {
      throw new InvalidModelException(
          "%s holds the variant %s, which computes something else than its id says"
              .formatted(folder, variant.label()));
    }
    return this;
  }

  /** By what {@code model push} names it: its id, its end tokens and its thresholds in one hash. */
  public String reference() {
    return manifest.reference(directory);
  }

  /**
   * Checks that it is this model, by what its manifest says of its weights.
   *
   * @return this
   * @throws InvalidModelException if it is another
   */
  StoredModel require(String reference) {
    manifest.require(directory, reference);
    return this;
  }

  /**
   * Checks that a model without its weights is this one: its reference follows from the weights'
   * hash in the manifest and from all other files.
   *
   * @return this
   * @throws InvalidModelException if it does not
   */
  StoredModel withoutWeights(String reference) {
    try {
      byte[] weights = HexFormat.of().parseHex(manifest.weightsHash());
      ModelManifest.of(manifest.name(), weights, directory, manifest.profile())
          .require(directory, reference);
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(folder + ": the weights' hash is no hash", e);
    }
    return require(reference);
  }

  /** Where its thresholds lie, if it has any. */
  public Path calibration() {
    return folder.resolve(ModelDirectory.CALIBRATION);
  }

  /** Names of all files that its reference binds, those without weights first. */
  public List<String> files() {
    List<String> files = new ArrayList<>(directory.files());
    if (Files.exists(calibration())) {
      files.addFirst(ModelDirectory.CALIBRATION);
    }
    return files;
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
