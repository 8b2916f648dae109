package io.verillm.models;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a model is, in hashes: {@code modelId = H("model", weights, tokenizer, config, profile)}.
 * Two parties with the same id compute with the same weights, text and profile.
 *
 * @param name for people, such as {@code builtin}; not part of the id
 * @param modelId 32 bytes as 64 lower-case hexadecimal digits
 * @param weightsHash SHA-256 of {@code model.safetensors}, hexadecimal
 * @param tokenizerHash {@code H("tokenizer", tokenizer.json, tokenizer_config.json)}, hexadecimal
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

  /**
   * Hashes a model's files.
   *
   * @throws InvalidModelException naming the file that cannot be read
   */
  public static ModelManifest of(String name, ModelDirectory directory, NumericProfile profile) {
    byte[] weights = directory.weightsHash();
    byte[] tokenizer =
        Framing.hash(
            "tokenizer", directory.json("tokenizer.json"), directory.json("tokenizer_config.json"));
    byte[] config = Framing.hash("config", directory.json("config.json"));
    byte[] modelId =
        Framing.hash(
            "model", weights, tokenizer, config, profile.id().getBytes(StandardCharsets.UTF_8));
    HexFormat hex = HexFormat.of();
    return new ModelManifest(
        name,
        hex.formatHex(modelId),
        hex.formatHex(weights),
        hex.formatHex(tokenizer),
        hex.formatHex(config),
        profile);
  }

  /** The id as 32 bytes, the form that leaves and seals hash. */
  public byte[] modelIdBytes() {
    return HexFormat.of().parseHex(modelId);
  }
}
