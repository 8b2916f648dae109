package io.verillm.models;

import io.verillm.models.weights.Weights;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names and shapes of a model's tensors, as Hugging Face writes them. */
public final class ModelTensors {

  /** Tables that old files carry and that are computed anew. */
  private static final String ROPE_TABLE = ".rotary_emb.inv_freq";

  private static final String HEAD = "lm_head.weight";

  private ModelTensors() {}

  /** Shape of each tensor, outermost size first. */
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  public static SortedMap<String, int[]> of(ModelConfig config) {
    SortedMap<String, int[]> shapes = new TreeMap<>();
    int width = config.width();
    shapes.put("model.embed_tokens.weight", new int[] {config.vocabulary(), width});
    shapes.put("model.norm.weight", new int[] {width});
    if (!config.tiedEmbeddings()) {
      shapes.put(HEAD, new int[] {config.vocabulary(), width});
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      block(shapes, "model.layers." + layer + ".", config);
    }
    return Collections.unmodifiableSortedMap(shapes);
  }

  private static void block(SortedMap<String, int[]> shapes, String layer, ModelConfig config) {
    int width = config.width();
    int query = Math.multiplyExact(config.heads(), config.headSize());
    int kv = Math.multiplyExact(config.kvHeads(), config.headSize());
    Attention attention = config.attention();
    shapes.put(layer + "input_layernorm.weight", new int[] {width});
    shapes.put(layer + "post_attention_layernorm.weight", new int[] {width});
    shapes.put(layer + "self_attn.q_proj.weight", new int[] {query, width});
    shapes.put(layer + "self_attn.k_proj.weight", new int[] {kv, width});
    shapes.put(layer + "self_attn.v_proj.weight", new int[] {kv, width});
    shapes.put(layer + "self_attn.o_proj.weight", new int[] {width, query});
    if (attention.inputBias()) {
      shapes.put(layer + "self_attn.q_proj.bias", new int[] {query});
      shapes.put(layer + "self_attn.k_proj.bias", new int[] {kv});
      shapes.put(layer + "self_attn.v_proj.bias", new int[] {kv});
    }
    if (attention.outputBias()) {
      shapes.put(layer + "self_attn.o_proj.bias", new int[] {width});
    }
    if (attention.headNorm()) {
      shapes.put(layer + "self_attn.q_norm.weight", new int[] {config.headSize()});
      shapes.put(layer + "self_attn.k_norm.weight", new int[] {config.headSize()});
    }
    shapes.put(layer + "mlp.gate_proj.weight", new int[] {config.inner(), width});
    shapes.put(layer + "mlp.up_proj.weight", new int[] {config.inner(), width});
    shapes.put(layer + "mlp.down_proj.weight", new int[] {width, config.inner()});
  }

  /**
   * Checks that weights are these tensors and no others: one more, such as a bias, would mean
   * another computation than the configuration's.
   *
   * @throws InvalidModelException naming the first tensor that is missing, misshaped or unknown
   */
  public static void require(ModelConfig config, Weights weights) {
    SortedMap<String, int[]> expected = of(config);
    expected.forEach((name, shape) -> {
      if (!weights.names().contains(name)) {
        throw new InvalidModelException("tensor " + name + " is missing");
      }
      if (!Arrays.equals(weights.shape(name), shape)) {
        throw new InvalidModelException(
            "tensor %s has shape %s, expected %s"
                .formatted(name, Arrays.toString(weights.shape(name)), Arrays.toString(shape)));
      }
    });
    for (String name : weights.names()) {
      boolean known = expected.containsKey(name) || name.endsWith(ROPE_TABLE) || name.equals(HEAD);
      if (!known) {
        throw new InvalidModelException("tensor " + name + " is not part of this architecture");
      }
    }
  }
}
