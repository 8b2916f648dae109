package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of imported models, one folder for each name. */
public final class ModelStore {

  private static final String HASH_PATTERN = "[0-9a-f]{64}";

  /** What a model may be called. */
  public static final String NAME_PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";

  /** What an import tells of itself. */
  public static final String MANIFEST = "verillm.json";

  private static final String VARIANT = "variant";
  private static final String GRAPHS = "graphs";

  /** Files that make the model and are in none of the id's hashes. */
  private static final String UNBOUND = "unbound";

  private final Path root;

  /**
   * @param root need not exist yet
   */
  public ModelStore(Path root) {
    this.root = root;
  }

  /** The folder of all models. */
  public Path root() {
    return root;
  }

  /** Names of the models that are there, in order. */
  public List<String> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(folder -> Files.exists(folder.resolve(MANIFEST)))
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.matches(NAME_PATTERN))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
  }

  /**
   * A model of the store.
   *
   * @throws InvalidModelException if there is none of this name, or its manifest is damaged
   */
  public StoredModel open(String name) {
    return open(name, folder(name));
  }

  /** One that lies elsewhere; fails likewise. */
  StoredModel open(String name, Path folder) {
    if (!Files.exists(folder.resolve(MANIFEST))) {
      throw new InvalidModelException(
          "no model '%s' in %s; there are %s".formatted(name, root, names()));
    }
    ModelDirectory directory = ModelDirectory.of(folder);
    JsonNode json = JsonFile.tree(MANIFEST, directory.json(MANIFEST));
    ModelManifest manifest =
        new ModelManifest(
            name,
            hash(json, "modelId"),
            hash(json, "weightsHash"),
            hash(json, "tokenizerHash"),
            hash(json, "configHash"),
            profile(json));
    return new StoredModel(
        folder,
        directory,
        directory.config(),
        manifest,
        variant(json),
        graphs(json),
        unbound(json));
  }

  /**
   * Where a model of this name lies.
   *
   * @throws InvalidModelException if it is no name
   */
  Path folder(String name) {
    if (!name.matches(NAME_PATTERN) || name.equals(BuiltInModel.NAME)) {
      throw new InvalidModelException(
          "a model's name is 1..63 of a-z, 0-9, dot, dash and underscore, and not '%s': '%s'"
              .formatted(BuiltInModel.NAME, name));
    }
    return root.resolve(name);
  }

  private static NumericProfile profile(JsonNode json) {
    String id = text(json, "profile");
    String rowType = text(json, "rowType");
    try {
      return new NumericProfile(id, RowType.valueOf(rowType));
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(
          "%s: no numeric profile: profile is '%s', rowType '%s'".formatted(MANIFEST, id, rowType),
          e);
    }
  }

  private static String hash(JsonNode json, String name) {
    String text = text(json, name);
    if (!text.matches(HASH_PATTERN)) {
      throw new InvalidModelException("%s: %s is no hash: '%s'".formatted(MANIFEST, name, text));
    }
    return text;
  }

  private static Variant variant(JsonNode json) {
    String label = text(json, VARIANT);
    return Arrays.stream(Variant.values())
        .filter(variant -> variant.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new InvalidModelException(MANIFEST + ": variant is '" + label + "'"));
  }

  private static SortedMap<String, String> graphs(JsonNode json) {
    SortedMap<String, String> graphs = new TreeMap<>();
    for (String file : OnnxModel.files()) {
      graphs.put(file, text(json.path(GRAPHS), file));
    }
    return Collections.unmodifiableSortedMap(graphs);
  }

  /** Nothing of a model that was imported before these were hashed. */
  private static SortedMap<String, String> unbound(JsonNode json) {
    SortedMap<String, String> unbound = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file : json.path(UNBOUND).properties()) {
      unbound.put(file.getKey(), file.getValue().asText());
    }
    return Collections.unmodifiableSortedMap(unbound);
  }

  /** The manifest of a folder whose graph is there, with the graph's hashes. */
  static byte[] json(ModelManifest manifest, Variant variant, ModelDirectory built) {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("modelId", manifest.modelId()).put("weightsHash", manifest.weightsHash());
    json.put("tokenizerHash", manifest.tokenizerHash()).put("configHash", manifest.configHash());
    json.put("profile", manifest.profile().id())
        .put("rowType", manifest.profile().rowType().name());
    json.put(VARIANT, variant.label());
    ObjectNode graphs = json.putObject(GRAPHS);
    OnnxModel.files().forEach(file -> graphs.put(file, built.sha256(file)));
    ObjectNode unbound = json.putObject(UNBOUND);
    ModelDirectory.UNBOUND.forEach(file -> unbound.put(file, built.sha256IfThere(file)));
    return Framing.text(json.toPrettyString());
  }

  private static String text(JsonNode json, String name) {
    JsonNode node = json.path(name);
    if (!node.isTextual()) {
      throw new InvalidModelException(
          MANIFEST + ": " + name + " is missing; import the model again");
    }
    return node.textValue();
  }
}
