package io.verillm.models;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a model is, in hashes: {@code modelId = H("model", weights, tokenizer, config, profile)}.
 * Two parties with the same id compute with the same weights, text and profile.
 *
 * @param name for people, such as {@code builtin}; not part of the id
 * @param modelId 32 bytes as 64 lower-case hexadecimal digits
 * @param weightsHash SHA-256 of {@code model.safetensors}, or {@code H("weights", name, SHA-256,
 *     ...)} of several files; hexadecimal
 * @param tokenizerHash {@code H("tokenizer", tokenizer.json, tokenizer_config.json)}, with {@code
 *     chat_template.jinja} last where there is one; hexadecimal
 * @param configHash {@code H("config", config.json)}, hexadecimal
 * @param profile decides the row type and the last bits
 */
public record ModelManifest(
    String name,
    String modelId,
    String weightsHash,
    String tokenizerHash,
    String configHash,
    NumericProfile profile) {

  private static final HexFormat HEX = HexFormat.of();

  /**
   * Hashes a model's files.
   *
   * @throws InvalidModelException naming the file that cannot be read
   */
  public static ModelManifest of(String name, ModelDirectory directory, NumericProfile profile) {
    return of(name, directory.weightFiles().hash(), directory, profile);
  }

  /** The same with a hash of weights that need not be there. */
  static ModelManifest of(
      String name, byte[] weights, ModelDirectory directory, NumericProfile profile) {
    byte[] tokenizer =
        Framing.hash(
            "tokenizer",
            directory.tokenizerFiles().stream().map(directory::json).toArray(byte[][]::new));
    byte[] config = Framing.hash("config", directory.json(ModelDirectory.CONFIG));
    return of(name, weights, tokenizer, config, profile);
  }

  private static ModelManifest of(
      String name, byte[] weights, byte[] tokenizer, byte[] config, NumericProfile profile) {
    byte[] modelId =
        Framing.hash(
            "model", weights, tokenizer, config, profile.id().getBytes(StandardCharsets.UTF_8));
    return new ModelManifest(
        name,
        HEX.formatHex(modelId),
        HEX.formatHex(weights),
        HEX.formatHex(tokenizer),
        HEX.formatHex(config),
        profile);
  }

  /**
   * What stands for the model together with what its id leaves open, its further end tokens and its
   * thresholds: {@code H("pushed", modelId, generation_config.json, calibration.json)}, nothing for
   * a file that it does not have; 64 hexadecimal digits.
   */
  String reference(ModelDirectory directory) {
    return HEX.formatHex(
        Framing.hash(
            "pushed",
            modelIdBytes(),
            directory.optional(ModelDirectory.GENERATION).orElseGet(() -> new byte[0]),
            directory.optional(ModelDirectory.CALIBRATION).orElseGet(() -> new byte[0])));
  }

  /**
   * Checks that it is this model, with these settings.
   *
   * @throws InvalidModelException naming both references
   */
  void require(ModelDirectory directory, String wanted) {
    String reference = reference(directory);
    if (!reference.equals(wanted)) {
      throw new InvalidModelException(
          "%s is not the model %s: its files make it %s".formatted(name, wanted, reference));
    }
  }

  /** The same files under another profile, which makes them another model. */
  public ModelManifest under(NumericProfile profile) {
    return of(
        name,
        HEX.parseHex(weightsHash),
        HEX.parseHex(tokenizerHash),
        HEX.parseHex(configHash),
        profile);
  }

  /** The id as 32 bytes, the form that leaves and seals hash. */
  public byte[] modelIdBytes() {
    return HEX.parseHex(modelId);
  }
}
