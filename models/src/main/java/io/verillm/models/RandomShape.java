package io.verillm.models;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Sizes of published models, for random models of a real shape. The figures are those of the
 * models' own configurations; the end token is the built-in tokenizer's, which such a model gets.
 */
public enum RandomShape {
  /** 134,515,008 parameters. */
  SMOLLM2_135M("smollm2-135m", Architecture.LLAMA, 49_152, 576, 1536, 30, 9, 3, 64, 8192, 1e5),
  /** 361,821,120 parameters. */
  SMOLLM2_360M("smollm2-360m", Architecture.LLAMA, 49_152, 960, 2560, 32, 15, 5, 64, 8192, 1e5),
  /** 494,032,768 parameters; biases. */
  QWEN2_5_05B("qwen2.5-0.5b", Architecture.QWEN2, 151_936, 896, 4864, 24, 14, 2, 64, 32_768, 1e6),
  /** 596,049,920 parameters; norms of heads. */
  QWEN3_06B("qwen3-0.6b", Architecture.QWEN3, 151_936, 1024, 3072, 28, 16, 8, 128, 40_960, 1e6),
  /** 1,100,048,384 parameters; an output layer of its own. */
  TINYLLAMA_11B("tinyllama-1.1b", Architecture.LLAMA, 32_000, 2048, 5632, 22, 32, 4, 64, 2048, 1e4),
  /** 1,235,814,400 parameters; scaled rotary positions. */
  LLAMA_32_1B("llama-3.2-1b", Architecture.LLAMA, 128_256, 2048, 8192, 16, 32, 8, 64, 131_072, 5e5);

  private final String label;
  private final Architecture architecture;
  private final int[] sizes;
  private final double theta;

  RandomShape(
      String label,
      Architecture architecture,
      int vocabulary,
      int width,
      int inner,
      int layers,
      int heads,
      int kvHeads,
      int headSize,
      int positions,
      double theta) {
    this.label = label;
    this.architecture = architecture;
    this.sizes = new int[] {vocabulary, width, inner, layers, heads, kvHeads, headSize, positions};
    this.theta = theta;
  }

  /** The name in options. */
  public String label() {
    return label;
  }

  /** All names, smallest first. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(RandomShape::label).toList();
  }

  /**
   * The shape of this name.
   *
   * @throws IllegalArgumentException listing the names that there are
   */
  public static RandomShape named(String label) {
    return Arrays.stream(values())
        .filter(shape -> shape.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no shape '%s'; there are %s".formatted(label, String.join(", ", labels()))));
  }

  /** A {@code config.json} of this shape. */
  public byte[] configJson() {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.putArray("architectures").add(architecture.label());
    json.put("bos_token_id", 0).put("eos_token_id", 1);
    json.put("vocab_size", sizes[0]).put("hidden_size", sizes[1]);
    json.put("intermediate_size", sizes[2]).put("num_hidden_layers", sizes[3]);
    json.put("num_attention_heads", sizes[4]).put("num_key_value_heads", sizes[5]);
    json.put("head_dim", sizes[6]).put("max_position_embeddings", sizes[7]);
    json.put("rope_theta", theta).put("rms_norm_eps", 1e-5);
    json.put("tie_word_embeddings", this != TINYLLAMA_11B);
    if (this == LLAMA_32_1B) {
      json.putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", 32.0)
          .put("low_freq_factor", 1.0)
          .put("high_freq_factor", 4.0)
          .put("original_max_position_embeddings", 8192);
    }
    return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
  }
}
