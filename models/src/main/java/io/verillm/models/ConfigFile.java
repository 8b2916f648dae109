package io.verillm.models;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code config.json}, trusting nothing in it. */
final class ConfigFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Settings that are read here. */
  private static final Set<String> USED =
      Set.of(
          "architectures",
          "attention_bias",
          "eos_token_id",
          "head_dim",
          "hidden_act",
          "hidden_size",
          "intermediate_size",
          "layer_types",
          "max_position_embeddings",
          "mlp_bias",
          "num_attention_heads",
          "num_hidden_layers",
          "num_key_value_heads",
          "partial_rotary_factor",
          "pretraining_tp",
          "quantization_config",
          "rms_norm_eps",
          "rope_interleaved",
          "rope_parameters",
          "rope_scaling",
          "rope_theta",
          "sliding_window",
          "tie_word_embeddings",
          "use_sliding_window",
          "vocab_size");

  /** Settings of training, of storage or of other programs, which change no number here. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_name_or_path",
          "attention_dropout",
          "attn_implementation",
          "bos_token_id",
          "decoder_start_token_id",
          "dtype",
          "hidden_dropout",
          "id2label",
          "initializer_range",
          "is_llama_config",
          "label2id",
          "max_window_layers",
          "model_type",
          "output_attentions",
          "output_hidden_states",
          "pad_token_id",
          "resid_pdrop",
          "return_dict",
          "torch_dtype",
          "transformers.js_config",
          "transformers_version",
          "unk_token_id",
          "unsloth_fixed",
          "unsloth_version",
          "use_cache");

  private static final Set<String> KNOWN =
      Stream.concat(USED.stream(), HARMLESS.stream()).collect(Collectors.toUnmodifiableSet());

  private static final Set<String> ROPE =
      Set.of(
          "factor",
          "high_freq_factor",
          "low_freq_factor",
          "original_max_position_embeddings",
          "partial_rotary_factor",
          "rope_theta",
          "rope_type",
          "type");

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
    requireKnown(KNOWN);
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
        eosIds("config.json", tree));
  }

  /** What is null is not set. */
  private void requireKnown(Set<String> known) {
    for (Map.Entry<String, JsonNode> setting : tree.properties()) {
      boolean set = !setting.getValue().isNull();
      require(
          known.contains(setting.getKey()) || !set,
          setting.getKey() + " is not a setting that is known here",
          setting.getValue());
    }
    require(
        real("partial_rotary_factor", 1) == 1,
        "partial_rotary_factor is not 1",
        tree.path("partial_rotary_factor"));
  }

  private void requireSupported() {
    require(!flag("rope_interleaved", false), "rope_interleaved is not supported", true);
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
    settings.requireKnown(ROPE);
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

  /**
   * The end tokens of a file that may name some: one, a list, or none.
   *
   * @throws InvalidModelException naming the file
   */
  static List<Integer> eosIds(String name, JsonNode tree) {
    JsonNode node = tree.path("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id :
        node.isArray() || node.isMissingNode() || node.isNull() ? node : List.of(node)) {
      if (!id.isInt()) {
        throw new InvalidModelException(name + ": eos_token_id is not an integer: " + node);
      }
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
