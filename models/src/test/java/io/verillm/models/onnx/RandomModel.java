package io.verillm.models.onnx;

import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Weights;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A model of any shape with seeded random weights. */
record RandomModel(ModelConfig config, Map<String, Tensor> tensors) implements Weights {

  static RandomModel of(ModelConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new TreeMap<>();
    int width = config.width();
    int query = config.heads() * config.headSize();
    int kv = config.kvHeads() * config.headSize();
    tensors.put("model.embed_tokens.weight", tensor(random, 0.5, config.vocabulary(), width));
    tensors.put("model.norm.weight", tensor(random, 1, width));
    if (!config.tiedEmbeddings()) {
      tensors.put("lm_head.weight", tensor(random, 0.3, config.vocabulary(), width));
    }
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", tensor(random, 1, width));
      tensors.put(layer + "post_attention_layernorm.weight", tensor(random, 1, width));
      tensors.put(layer + "self_attn.q_proj.weight", tensor(random, 0.4, query, width));
      tensors.put(layer + "self_attn.k_proj.weight", tensor(random, 0.4, kv, width));
      tensors.put(layer + "self_attn.v_proj.weight", tensor(random, 0.3, kv, width));
      tensors.put(layer + "self_attn.o_proj.weight", tensor(random, 0.3, width, query));
      tensors.put(layer + "mlp.gate_proj.weight", tensor(random, 0.3, config.inner(), width));
      tensors.put(layer + "mlp.up_proj.weight", tensor(random, 0.3, config.inner(), width));
      tensors.put(layer + "mlp.down_proj.weight", tensor(random, 0.3, width, config.inner()));
    }
    return new RandomModel(config, tensors);
  }

  private static Tensor tensor(Random random, double scale, int... shape) {
    int size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return new Tensor(shape, values);
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InvalidModelException("no tensor " + name);
    }
    return tensor;
  }
}
