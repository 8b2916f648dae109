package io.verillm.models;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code config.json}, trusting nothing in it. */
final class ConfigFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode tree;

  private ConfigFile(JsonNode tree) {
    this.tree = tree;
  }

  static ModelConfig read(byte[] json) {
    return new ConfigFile(tree("config.json", json)).config();
  }

  /**
   * A JSON object.
   *
   * @throws InvalidModelException naming the file
   */
  static JsonNode tree(String name, byte[] json) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new InvalidModelException(name + " is not JSON: " + e.getMessage(), e);
    }
    throw new InvalidModelException(name + " is not a JSON object");
  }

  private ModelConfig config() {
    JsonNode architectures = tree.path("architectures");
    require(architectures.size() == 1, "architectures is not one name", architectures);
    Architecture architecture = Architecture.named(architectures.path(0).asText());
    requireSupported();
    int width = integer("hidden_size");
    int heads = integer("num_attention_heads");
    return new ModelConfig(
        integer("vocab_size"),
        width,
        integer("intermediate_size"),
        integer("num_hidden_layers"),
        heads,
        integer("num_key_value_heads", heads),
        integer("head_dim", width / Math.max(1, heads)),
        positions(architecture),
        rope(),
        real("rms_norm_eps", 1e-6),
        architecture.attention(flag("attention_bias", false)),
        flag("tie_word_embeddings", false),
        eosIds());
  }

  private void requireSupported() {
    require(
        tree.path("hidden_act").asText("silu").equals("silu"),
        "hidden_act is not silu",
        tree.path("hidden_act"));
    require(!flag("mlp_bias", false), "mlp_bias is not supported", true);
    require(
        absent("quantization_config"),
        "quantization_config is not supported",
        tree.path("quantization_config"));
    require(integer("pretraining_tp", 1) == 1, "pretraining_tp is not 1", "pretraining_tp");
    for (JsonNode type : tree.path("layer_types")) {
      require(type.asText().equals("full_attention"), "layer_types is not supported", type);
    }
  }

  /** Inside its window a sliding layer sees what a full one sees, so the window bounds contexts. */
  private int positions(Architecture architecture) {
    int positions = integer("max_position_embeddings");
    boolean slides = architecture.alwaysSlides() || flag("use_sliding_window", false);
    return slides ? Math.min(positions, integer("sliding_window", positions)) : positions;
  }

  private Rope rope() {
    // Newer files keep the base and its scaling in one object.
    String name = absent("rope_parameters") ? "rope_scaling" : "rope_parameters";
    double theta = real("rope_theta", 10_000);
    if (absent(name)) {
      return Rope.plain(theta);
    }
    require(tree.path(name).isObject(), name + " is not an object", tree.path(name));
    ConfigFile settings = new ConfigFile(tree.path(name));
    return new Rope(settings.real("rope_theta", theta), scaling(settings));
  }

  private static Rope.Scaling scaling(ConfigFile scaling) {
    String type =
        scaling.tree.path("rope_type").asText(scaling.tree.path("type").asText("default"));
    return switch (type) {
      case "default" -> new Rope.Unscaled();
      case "linear" -> new Rope.Linear(scaling.real("factor", 0));
      case "llama3" ->
          new Rope.Llama3(
              scaling.real("factor", 0),
              scaling.real("low_freq_factor", 0),
              scaling.real("high_freq_factor", 0),
              scaling.integer("original_max_position_embeddings"));
      default ->
          throw new InvalidModelException(
              "config.json: rope_scaling of type %s; known are default, linear, llama3"
                  .formatted(type));
    };
  }

  private List<Integer> eosIds() {
    JsonNode node = tree.path("eos_token_id");
    if (!node.isArray()) {
      return List.of(integer("eos_token_id"));
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : node) {
      require(id.isInt(), "eos_token_id is not a list of integers", node);
      ids.add(id.intValue());
    }
    return ids;
  }

  private boolean absent(String name) {
    return tree.path(name).isMissingNode() || tree.path(name).isNull();
  }

  private int integer(String name) {
    JsonNode node = tree.path(name);
    require(node.isInt(), name + " is not an integer", node.isMissingNode() ? "missing" : node);
    return node.intValue();
  }

  private int integer(String name, int otherwise) {
    return absent(name) ? otherwise : integer(name);
  }

  private double real(String name, double otherwise) {
    if (absent(name)) {
      return otherwise;
    }
    JsonNode node = tree.path(name);
    require(node.isNumber(), name + " is not a number", node);
    return node.doubleValue();
  }

  private boolean flag(String name, boolean otherwise) {
    if (absent(name)) {
      return otherwise;
    }
    JsonNode node = tree.path(name);
    require(node.isBoolean(), name + " is not true or false", node);
    return node.booleanValue();
  }

  private static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new InvalidModelException("config.json: " + message + ": " + value);
    }
  }
}
