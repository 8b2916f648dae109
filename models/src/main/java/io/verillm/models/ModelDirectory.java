package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model in Hugging Face layout: {@code config.json}, the weights ({@code model.safetensors}, or
 * several files and {@code model.safetensors.index.json}), {@code tokenizer.json}, {@code
 * tokenizer_config.json}, and where there are any {@code generation_config.json} and {@code
 * chat_template.jinja}; a folder or part of the class path.
 */
public final class ModelDirectory {

  /** Sizes and constants. */
  static final String CONFIG = "config.json";

  /** The weights, where they are one file. */
  static final String WEIGHTS = "model.safetensors";

  /** What says which tensor lies in which file, where they are several. */
  static final String INDEX = "model.safetensors.index.json";

  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String GENERATION = "generation_config.json";

  /** Thresholds measured for the model; not part of what is imported. */
  static final String CALIBRATION = "calibration.json";

  static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** What makes the model with those that its id binds, and need not be there. */
  static final List<String> UNBOUND = List.of(GENERATION, INDEX);

  /** Largest JSON file that is read into memory, in bytes. */
  static final int JSON_BYTES_MAX = 64 << 20;

  private static final String BUILT_IN = "builtin/";

  private final ModelFiles files;

  private ModelDirectory(ModelFiles files) {
    this.files = files;
  }

  /** A folder; its files are read when asked for. */
  public static ModelDirectory of(Path folder) {
    return new ModelDirectory(new ModelFiles.OfFolder(folder));
  }

  /** The model that the project trained itself, from the class path. */
  public static ModelDirectory builtIn() {
    return new ModelDirectory(new ModelFiles.OfClassPath(BUILT_IN));
  }

  /**
   * The sizes and constants in {@code config.json}. The first end token is the one that the
   * tokenizer names: a chat model ends its turns with another token than its base model. Those of
   * {@code config.json} and {@code generation_config.json} follow.
   *
   * @throws InvalidModelException naming the file or the setting
   */
  public ModelConfig config() {
    ModelConfig config = ModelConfig.parse(json(CONFIG));
    Set<Integer> ends = new LinkedHashSet<>();
    endToken(config).ifPresent(ends::add);
    ends.addAll(config.eosIds());
    optional(GENERATION)
        .map(bytes -> ConfigFile.eosIds(GENERATION, JsonFile.tree(GENERATION, bytes)))
        .ifPresent(ends::addAll);
    return config.endingWith(ends);
  }

  private Optional<Integer> endToken(ModelConfig config) {
    Optional<byte[]> settings = optional(TOKENIZER_CONFIG);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = JsonFile.tree(TOKENIZER_CONFIG, settings.get()).path("eos_token");
    String text = node.isObject() ? node.path("content").asText() : node.asText();
    for (JsonNode token : JsonFile.tree(TOKENIZER, json(TOKENIZER)).path("added_tokens")) {
      if (token.path("content").asText().equals(text) && token.path("id").isInt()) {
        int id = token.path("id").intValue();
        return id < config.vocabulary() ? Optional.of(id) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * The weights; close them after use.
   *
   * @throws InvalidModelException naming the file or the tensor
   */
  public OpenWeights weights() {
    return weightFiles().open();
  }

  /** Names of all files that count; those without weights first. */
  List<String> files() {
    List<String> files = new ArrayList<>(List.of(CONFIG));
    files.addAll(tokenizerFiles());
    for (String name : UNBOUND) {
      optional(name).ifPresent(bytes -> files.add(name));
    }
    files.addAll(weightFiles().names());
    return files;
  }

  /** The files that hold weights. */
  WeightFiles weightFiles() {
    return WeightFiles.of(this);
  }

  /** One of them; close it after use. */
  Safetensors weights(String name) {
    try {
      return files.weights(name);
    } catch (InvalidModelException e) {
      throw new InvalidModelException(this + ": " + name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Names of the files that make tokens of texts and conversations, in the order of their hash. */
  List<String> tokenizerFiles() {
    return optional(CHAT_TEMPLATE).isEmpty()
        ? List.of(TOKENIZER, TOKENIZER_CONFIG)
        : List.of(TOKENIZER, TOKENIZER_CONFIG, CHAT_TEMPLATE);
  }

  /**
   * A JSON file as it is on disk.
   *
   * @throws InvalidModelException if it is missing or larger than 64 MiB
   */
  public byte[] json(String name) {
    try (InputStream in = files.open(name)) {
      byte[] bytes = in.readNBytes(JSON_BYTES_MAX + 1);
      if (bytes.length > JSON_BYTES_MAX) {
        throw new InvalidModelException(
            this + ": " + name + " is over " + JSON_BYTES_MAX + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * The same for a file that not every model has.
   *
   * @throws InvalidModelException if it is there and cannot be read, or is larger than 64 MiB
   */
  public Optional<byte[]> optional(String name) {
    try {
      files.open(name).close();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    return Optional.of(json(name));
  }

  /**
   * SHA-256 of a file, in hexadecimal.
   *
   * @throws InvalidModelException if it cannot be read
   */
  String sha256(String name) {
    return HexFormat.of().formatHex(hash(name));
  }

  /** The same, or {@code absent} where there is no such file. */
  String sha256IfThere(String name) {
    return optional(name).isPresent() ? sha256(name) : "absent";
  }

  /** The same as bytes. */
  byte[] hash(String name) {
    MessageDigest digest = Framing.sha256();
    try (InputStream in = new DigestInputStream(files.open(name), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    return digest.digest();
  }

  private InvalidModelException unreadable(String name, IOException cause) {
    String what = cause instanceof NoSuchFileException ? "there is no " + name : "" + cause;
    return new InvalidModelException(this + ": cannot read " + name + ": " + what, cause);
  }

  @Override
  public String toString() {
    return files.toString();
  }
}
