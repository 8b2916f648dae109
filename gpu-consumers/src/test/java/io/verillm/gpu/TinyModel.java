package io.verillm.gpu;

import io.verillm.gpu.engine.DecoderGraph;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.Attention;
import io.verillm.models.ModelConfig;
import io.verillm.models.Rope;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A decoder with random weights, small enough to run thousands of positions in a test. */
public final class TinyModel {
  public static final ModelConfig CONFIG =
      new ModelConfig(
          257,
          64,
          160,
          9,
          4,
          2,
          16,
          256,
          Rope.plain(10_000),
          1e-5,
          Attention.PLAIN,
          true,
          List.of(1));

  public static final Hash MODEL_ID = Hashing.hash("test-model");

  private TinyModel() {}

  public static Engine engine(Variant variant, EngineOptions options) {
    return Engines.load(MODEL_ID, CONFIG, variant.of(weights(), CONFIG), options);
  }

  /** The model in one form, as an engine meets it. */
  public static DecoderGraph graph(GraphForm form) {
    byte[] onnx = OnnxModel.build(CONFIG, weights(), form);
    return DecoderGraph.of(CONFIG, form, new DecoderGraph.InMemory(onnx));
  }

  private static Weights weights() {
    Random random = new Random(7);
    Map<String, Tensor> tensors = new HashMap<>();
    int width = CONFIG.width();
    int kv = CONFIG.kvHeads() * CONFIG.headSize();
    tensors.put("model.embed_tokens.weight", normal(random, 0.5, CONFIG.vocabulary(), width));
    tensors.put("model.norm.weight", ones(width));
    for (int layer = 0; layer < CONFIG.layers(); layer++) {
      String name = "model.layers." + layer + ".";
      tensors.put(name + "input_layernorm.weight", ones(width));
      tensors.put(name + "post_attention_layernorm.weight", ones(width));
      tensors.put(name + "self_attn.q_proj.weight", normal(random, 0.1, width, width));
      tensors.put(name + "self_attn.k_proj.weight", normal(random, 0.1, kv, width));
      tensors.put(name + "self_attn.v_proj.weight", normal(random, 0.1, kv, width));
      tensors.put(name + "self_attn.o_proj.weight", normal(random, 0.1, width, width));
      tensors.put(name + "mlp.gate_proj.weight", normal(random, 0.1, CONFIG.inner(), width));
      tensors.put(name + "mlp.up_proj.weight", normal(random, 0.1, CONFIG.inner(), width));
      tensors.put(name + "mlp.down_proj.weight", normal(random, 0.1, width, CONFIG.inner()));
    }
    return new Weights() {
      @Override
      public Set<String> names() {
        return tensors.keySet();
      }

      @Override
      public int[] shape(String name) {
        return tensors.get(name).shape();
      }

      @Override
      public Tensor tensor(String name) {
        return tensors.get(name);
      }
    };
  }

  private static Tensor normal(Random random, double deviation, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return new Tensor(new int[] {rows, columns}, values);
  }

  private static Tensor ones(int size) {
    float[] values = new float[size];
    java.util.Arrays.fill(values, 1);
    return new Tensor(new int[] {size}, values);
  }
}
