package io.verillm.models;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;

/**
 * The sizes and constants of a decoder of the Llama family, from {@code config.json}. A setting
 * that would change the computation and is not known here is an error, never ignored.
 *
 * @param vocabulary number of token ids
 * @param width size of a row (the residual stream)
 * @param inner size of the SwiGLU layer
 * @param layers number of blocks
 * @param heads number of query heads
 * @param kvHeads number of key and value heads; divides {@code heads}
 * @param headSize values of one head; even
 * @param positions longest context
 * @param ropeTheta base of the rotary angles (Su et al. 2021)
 * @param normEpsilon added to the mean square (Zhang and Sennrich 2019)
 * @param tiedEmbeddings whether the output layer is the embedding
 * @param bosId token that begins a prompt
 * @param eosId token that ends an answer
 */
public record ModelConfig(
    int vocabulary,
    int width,
    int inner,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int positions,
    double ropeTheta,
    double normEpsilon,
    boolean tiedEmbeddings,
    int bosId,
    int eosId) {

  /** Largest size of any dimension that is read, a bound on what a hostile file can ask for. */
  static final int DIMENSION_MAX = 1 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Checks how the sizes relate. */
  public ModelConfig {
    for (int size :
        List.of(vocabulary, width, inner, layers, heads, kvHeads, headSize, positions)) {
      require(size >= 1 && size <= DIMENSION_MAX, "a size is outside 1.." + DIMENSION_MAX, size);
    }
    require(heads % kvHeads == 0, "num_key_value_heads does not divide " + heads, kvHeads);
    require(headSize % 2 == 0, "head_dim is odd", headSize);
    require(ropeTheta > 1 && ropeTheta < 1e12, "rope_theta is outside 1..1e12", ropeTheta);
    require(normEpsilon > 0 && normEpsilon < 1, "rms_norm_eps is outside 0..1", normEpsilon);
    require(bosId >= 0 && bosId < vocabulary, "bos_token_id is outside the vocabulary", bosId);
    require(eosId >= 0 && eosId < vocabulary, "eos_token_id is outside the vocabulary", eosId);
  }

  /**
   * Reads a Hugging Face {@code config.json}.
   *
   * @throws InvalidModelException naming the setting that is missing, malformed or not supported
   */
  public static ModelConfig parse(byte[] json) {
    Settings settings = new Settings(tree(json));
    settings.requireSupported();
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
        settings.integer("max_position_embeddings"),
        settings.real("rope_theta", 10_000),
        settings.real("rms_norm_eps", 1e-6),
        settings.flag("tie_word_embeddings", false),
        settings.integer("bos_token_id"),
        settings.integer("eos_token_id"));
  }

  /** The boundary set of this depth. */
  public List<Boundary> boundaries() {
    return Boundary.setOf(layers);
  }

  private static JsonNode tree(byte[] json) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new InvalidModelException("config.json is not JSON: " + e.getMessage(), e);
    }
    throw new InvalidModelException("config.json is not a JSON object");
  }

  private static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new InvalidModelException("config.json: " + message + ": " + value);
    }
  }

  private record Settings(JsonNode tree) {

    void requireSupported() {
      JsonNode architectures = tree.path("architectures");
      require(
          architectures.size() == 1 && architectures.path(0).asText().equals("LlamaForCausalLM"),
          "architectures is not [LlamaForCausalLM]",
          architectures);
      require(
          tree.path("hidden_act").asText("silu").equals("silu"),
          "hidden_act is not silu",
          tree.path("hidden_act"));
      for (String name : List.of("attention_bias", "mlp_bias")) {
        require(!flag(name, false), name + " is not supported", true);
      }
      for (String name : List.of("rope_scaling", "quantization_config", "sliding_window")) {
        require(
            tree.path(name).isMissingNode() || tree.path(name).isNull(),
            name + " is not supported",
            tree.path(name));
      }
      require(
          integer("pretraining_tp", 1) == 1,
          "pretraining_tp is not 1",
          tree.path("pretraining_tp"));
    }

    int integer(String name) {
      JsonNode node = tree.path(name);
      require(node.isInt(), name + " is not an integer", node.isMissingNode() ? "missing" : node);
      return node.intValue();
    }

    int integer(String name, int absent) {
      return tree.path(name).isMissingNode() || tree.path(name).isNull() ? absent : integer(name);
    }

    double real(String name, double absent) {
      JsonNode node = tree.path(name);
      if (node.isMissingNode()) {
        return absent;
      }
      require(node.isNumber(), name + " is not a number", node);
      return node.doubleValue();
    }

    boolean flag(String name, boolean absent) {
      JsonNode node = tree.path(name);
      if (node.isMissingNode()) {
        return absent;
      }
      require(node.isBoolean(), name + " is not true or false", node);
      return node.booleanValue();
    }
  }
}
