package io.verillm.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The decoder being trained: parameters under their Hugging Face names, and the forward pass. */
final class Decoder {

  private final DecoderShape shape;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  Decoder(DecoderShape shape, NDManager manager, long seed) {
    this.shape = shape;
    Random random = new Random(seed);
    int width = shape.width();
    int kv = shape.kvHeads() * shape.headSize();
    float in = 0.6f / (float) Math.sqrt(width);
    add(manager, random, "model.embed_tokens.weight", 0.02f, shape.vocabulary(), width);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "model.layers." + i + ".";
      ones(manager, layer + "input_layernorm.weight", width);
      add(manager, random, layer + "self_attn.q_proj.weight", in, width, width);
      add(manager, random, layer + "self_attn.k_proj.weight", in, kv, width);
      add(manager, random, layer + "self_attn.v_proj.weight", in, kv, width);
      // Blocks start as the identity, which lets a deep narrow model learn from its first step.
      add(manager, random, layer + "self_attn.o_proj.weight", 0f, width, width);
      ones(manager, layer + "post_attention_layernorm.weight", width);
      add(manager, random, layer + "mlp.gate_proj.weight", in, shape.inner(), width);
      add(manager, random, layer + "mlp.up_proj.weight", in, shape.inner(), width);
      add(manager, random, layer + "mlp.down_proj.weight", 0f, width, shape.inner());
    }
    ones(manager, "model.norm.weight", width);
  }

  private void add(
      NDManager manager, Random random, String name, float scale, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    // A copy, so that the engine and not a Java buffer owns what lives for the whole training.
    parameter(name, manager.create(values, new Shape(rows, columns)).duplicate());
  }

  private void ones(NDManager manager, String name, int size) {
    parameter(name, manager.ones(new Shape(size)));
  }

  private void parameter(String name, NDArray array) {
    array.setRequiresGradient(true);
    parameters.put(name, array);
  }

  Map<String, NDArray> parameters() {
    return parameters;
  }

  DecoderShape shape() {
    return shape;
  }

  /** Logits [B*S, V] of ids [B, S]; everything in between lives in the manager of {@code ids}. */
  NDArray logits(NDArray ids) {
    long batch = ids.getShape().get(0);
    long length = ids.getShape().get(1);
    NDManager manager = ids.getManager();
    NDArray embedding = parameters.get("model.embed_tokens.weight");
    NDArray x =
        Embedding.embedding(ids, embedding, SparseFormat.DENSE)
            .head()
            .reshape(batch * length, shape.width());
    NDArray[] rotation = rotation(manager, length);
    NDArray mask = mask(manager, length);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "model.layers." + i + ".";
      x =
          x.add(
              attention(
                  norm(x, layer + "input_layernorm.weight"),
                  layer + "self_attn.",
                  batch,
                  length,
                  rotation,
                  mask));
      NDArray h = norm(x, layer + "post_attention_layernorm.weight");
      NDArray gate = linear(h, layer + "mlp.gate_proj.weight");
      NDArray up = linear(h, layer + "mlp.up_proj.weight");
      x = x.add(linear(gate.mul(Activation.sigmoid(gate)).mul(up), layer + "mlp.down_proj.weight"));
    }
    return Linear.linear(norm(x, "model.norm.weight"), embedding).head();
  }

  /** Mean negative log likelihood in nats of {@code targets} [B, S]. */
  NDArray loss(NDArray ids, NDArray targets) {
    NDArray logits = logits(ids).logSoftmax(1);
    return logits.gather(targets.reshape(-1, 1), 1).mean().neg();
  }

  private NDArray linear(NDArray x, String weight) {
    return Linear.linear(x, parameters.get(weight)).head();
  }

  private NDArray norm(NDArray x, String weight) {
    NDArray scale = x.mul(x).mean(new int[] {1}, true).add(DecoderShape.EPSILON).pow(-0.5f);
    return x.mul(scale).mul(parameters.get(weight));
  }

  private NDArray attention(
      NDArray h, String layer, long batch, long length, NDArray[] rotation, NDArray mask) {
    int heads = shape.heads();
    int kv = shape.kvHeads();
    int size = shape.headSize();
    NDArray q =
        rotate(
                linear(h, layer + "q_proj.weight")
                    .reshape(batch, length, heads, size)
                    .transpose(0, 2, 1, 3),
                rotation)
            .mul(1 / Math.sqrt(size))
            .reshape(batch, kv, heads / kv * length, size);
    NDArray k =
        rotate(
            linear(h, layer + "k_proj.weight")
                .reshape(batch, length, kv, size)
                .transpose(0, 2, 1, 3),
            rotation);
    NDArray v =
        linear(h, layer + "v_proj.weight").reshape(batch, length, kv, size).transpose(0, 2, 1, 3);
    NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).add(mask);
    NDArray mixed =
        scores
            .softmax(-1)
            .matMul(v)
            .reshape(batch, heads, length, size)
            .transpose(0, 2, 1, 3)
            .reshape(batch * length, (long) heads * size);
    return linear(mixed, layer + "o_proj.weight");
  }

  private static NDArray rotate(NDArray x, NDArray[] rotation) {
    NDList halves = x.split(2, 3);
    NDArray a = halves.get(0);
    NDArray b = halves.get(1);
    return NDArrays.concat(
        new NDList(
            a.mul(rotation[0]).sub(b.mul(rotation[1])), b.mul(rotation[0]).add(a.mul(rotation[1]))),
        3);
  }

  private NDArray[] rotation(NDManager manager, long length) {
    int half = shape.headSize() / 2;
    float[] cos = new float[(int) length * half];
    float[] sin = new float[cos.length];
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(DecoderShape.ROPE_THETA, -2.0 * i / shape.headSize());
        cos[t * half + i] = (float) Math.cos(angle);
        sin[t * half + i] = (float) Math.sin(angle);
      }
    }
    Shape table = new Shape(1, 1, length, half);
    return new NDArray[] {manager.create(cos, table), manager.create(sin, table)};
  }

  private NDArray mask(NDManager manager, long length) {
    int repeats = shape.heads() / shape.kvHeads();
    int n = (int) length;
    float[] mask = new float[repeats * n * n];
    for (int row = 0; row < repeats * n; row++) {
      for (int column = row % n + 1; column < n; column++) {
        mask[row * n + column] = -1e9f;
      }
    }
    return manager
        .create(mask, new Shape(1, 1, (long) repeats * n, n))
        .toType(DataType.FLOAT32, false);
  }
}
