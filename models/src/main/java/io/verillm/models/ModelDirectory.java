package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Safetensors;
import io.verillm.models.weights.ShardedWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
  static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** Largest JSON file that is read into memory, in bytes. */
  static final int JSON_BYTES_MAX = 64 << 20;

  private static final String BUILT_IN = "builtin/";

  /** Where the files are. */
  private interface ModelFiles {
    InputStream open(String name) throws IOException;

    Safetensors weights(String name) throws IOException;
  }

  private final String label;
  private final ModelFiles files;

  private ModelDirectory(String label, ModelFiles files) {
    this.label = label;
    this.files = files;
  }

  /** A folder; its files are read when asked for. */
  public static ModelDirectory of(Path folder) {
    return new ModelDirectory(
        folder.toString(),
        new ModelFiles() {
          @Override
          public InputStream open(String name) throws IOException {
            return Files.newInputStream(folder.resolve(name));
          }

          @Override
          public Safetensors weights(String name) throws IOException {
            SeekableByteChannel channel = Files.newByteChannel(folder.resolve(name));
            return Safetensors.open(channel);
          }
        });
  }

  /** The model that the project trained itself, from the class path. */
  public static ModelDirectory builtIn() {
    return new ModelDirectory(
        "classpath:" + BUILT_IN,
        new ModelFiles() {
          @Override
          public InputStream open(String name) throws IOException {
            InputStream in = ModelDirectory.class.getResourceAsStream(BUILT_IN + name);
            if (in == null) {
              throw new NoSuchFileException(BUILT_IN + name);
            }
            return in;
          }

          @Override
          public Safetensors weights(String name) throws IOException {
            try (InputStream in = open(name)) {
              return Safetensors.of(in.readAllBytes());
            }
          }
        });
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
        .map(bytes -> ConfigFile.eosIds(GENERATION, ConfigFile.tree(GENERATION, bytes)))
        .ifPresent(ends::addAll);
    return config.endingWith(ends);
  }

  private Optional<Integer> endToken(ModelConfig config) {
    Optional<byte[]> settings = optional(TOKENIZER_CONFIG);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = ConfigFile.tree(TOKENIZER_CONFIG, settings.get()).path("eos_token");
    String text = node.isObject() ? node.path("content").asText() : node.asText();
    for (JsonNode token : ConfigFile.tree(TOKENIZER, json(TOKENIZER)).path("added_tokens")) {
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
    List<String> names = weightFiles();
    if (names.equals(List.of(WEIGHTS))) {
      return open(WEIGHTS);
    }
    Map<String, Safetensors> open = new TreeMap<>();
    try {
      names.forEach(name -> open.put(name, open(name)));
      return new ShardedWeights(open, index());
    } catch (InvalidModelException e) {
      for (Safetensors file : open.values()) {
        try {
          file.close();
        } catch (IOException closing) {
          e.addSuppressed(closing);
        }
      }
      throw e;
    }
  }

  private Safetensors open(String name) {
    try {
      return files.weights(name);
    } catch (InvalidModelException e) {
      throw new InvalidModelException(this + ": " + name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Names of the files that hold weights, in order. */
  List<String> weightFiles() {
    return optional(INDEX).isEmpty()
        ? List.of(WEIGHTS)
        : List.copyOf(new TreeSet<>(index().values()));
  }

  private SortedMap<String, String> index() {
    JsonNode map = ConfigFile.tree(INDEX, json(INDEX)).path("weight_map");
    SortedMap<String, String> index = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().asText();
      // A hostile index must not reach files outside the model's folder.
      if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors")) {
        throw new InvalidModelException(
            this + ": " + INDEX + ": tensor " + entry.getKey() + " lies in '" + file + "'");
      }
      index.put(entry.getKey(), file);
    }
    if (index.isEmpty()) {
      throw new InvalidModelException(this + ": " + INDEX + " names no tensor");
    }
    return index;
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

  /** SHA-256 of the weights file; of several, a hash of their names and hashes. */
  byte[] weightsHash() {
    List<String> names = weightFiles();
    if (names.equals(List.of(WEIGHTS))) {
      return hash(WEIGHTS);
    }
    List<byte[]> fields = new ArrayList<>();
    for (String name : names) {
      fields.add(Framing.text(name));
      fields.add(hash(name));
    }
    return Framing.hash("weights", fields.toArray(byte[][]::new));
  }

  /**
   * SHA-256 of a file, in hexadecimal.
   *
   * @throws InvalidModelException if it cannot be read
   */
  String sha256(String name) {
    return HexFormat.of().formatHex(hash(name));
  }

  private byte[] hash(String name) {
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
    return label;
  }
}
