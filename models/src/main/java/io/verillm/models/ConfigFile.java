package io.verillm.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code config.json}, trusting nothing in it. */
final class ConfigFile {

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
          "use_mrope",
          "use_sliding_window",
          "vocab_size");

  /**
   * Settings of training, of storage, of other programs, or of how texts are sampled, which a
   * request says here; they change no number of the model's.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "_attn_implementation_autoset",
          "_commit_hash",
          "_name_or_path",
          "attention_dropout",
          "attn_implementation",
          "bos_token_id",
          "decoder_start_token_id",
          "do_sample",
          "dtype",
          "hidden_dropout",
          "id2label",
          "initializer_range",
          "is_llama_config",
          "label2id",
          "max_length",
          "max_window_layers",
          "model_type",
          "neftune_noise_alpha",
          "output_attentions",
          "output_hidden_states",
          "pad_token_id",
          "repetition_penalty",
          "resid_pdrop",
          "return_dict",
          "temperature",
          "tokenizer_class",
          "top_k",
          "top_p",
          "torch_dtype",
          "transformers.js_config",
          "transformers_version",
          "unk_token_id",
          "unsloth_fixed",
          "unsloth_version",
          "use_cache");

  private static final Set<String> KNOWN =
      Stream.concat(USED.stream(), HARMLESS.stream()).collect(Collectors.toUnmodifiableSet());

  private final Settings settings;

  private ConfigFile(Settings settings) {
    this.settings = settings;
  }

  /**
   * The sizes and constants.
   *
   * @throws InvalidModelException naming the setting that is wrong, or not known here
   */
  static ModelConfig read(byte[] json) {
    return new ConfigFile(new Settings(JsonFile.tree(ModelDirectory.CONFIG, json))).config();
  }

  private ModelConfig config() {
    settings.requireKnown(KNOWN);
    JsonNode architectures = settings.tree().path("architectures");
    Settings.require(
        architectures.size() == 1,
        "architectures is not one name",
        architectures.isMissingNode() ? "missing" : architectures);
    Architecture architecture = Architecture.named(architectures.path(0).asText());
    requireSupported();
    int width = settings.integer("hidden_size");
    int heads = settings.integer("num_attention_heads");
    return new ModelConfig(
        settings.integer("vocab_size"),
        width,
        settings.integer("intermediate_size"),
        settings.integer("num_hidden_layers"),
        heads,
        settings.integer("num_key_value_heads", heads),
        settings.integer("head_dim", width / Math.max(1, heads)),
        positions(architecture),
        RopeSettings.of(settings),
        settings.real("rms_norm_eps", 1e-6),
        architecture.attention(settings.flag("attention_bias", false)),
        settings.flag("tie_word_embeddings", false),
        eosIds(ModelDirectory.CONFIG, settings.tree()));
  }

  private void requireSupported() {
    Settings.require(
        !settings.flag("rope_interleaved", false), "rope_interleaved is not supported", true);
    Settings.require(!settings.flag("use_mrope", false), "use_mrope is not supported", true);
    Settings.require(
        settings.tree().path("hidden_act").asText("silu").equals("silu"),
        "hidden_act is not silu",
        settings.tree().path("hidden_act"));
    Settings.require(!settings.flag("mlp_bias", false), "mlp_bias is not supported", true);
    Settings.require(
        settings.absent("quantization_config"),
        "quantization_config is not supported",
        settings.tree().path("quantization_config"));
    Settings.require(
        settings.integer("pretraining_tp", 1) == 1, "pretraining_tp is not 1", "pretraining_tp");
    for (JsonNode type : settings.tree().path("layer_types")) {
      Settings.require(
          type.asText().equals("full_attention"), "layer_types is not supported", type);
    }
  }

  /** Inside its window a sliding layer sees what a full one sees, so the window bounds contexts. */
  private int positions(Architecture architecture) {
    int positions = settings.integer("max_position_embeddings");
    boolean slides = architecture.alwaysSlides() || settings.flag("use_sliding_window", false);
    boolean unsaid = !settings.tree().has("sliding_window");
    int none = unsaid ? architecture.defaultWindow().orElse(positions) : positions;
    return slides ? Math.min(positions, settings.integer("sliding_window", none)) : positions;
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
}
