package io.verillm.models.onnx;

import io.verillm.models.ModelConfig;
import io.verillm.models.Rope;
import io.verillm.models.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The oracle: the same architecture in plain loops and doubles, one token after the other, sharing
 * no code with the importer.
 */
final class ReferenceDecoder {

  /** Rows [token][width] of each boundary, then logits [token][vocabulary]. */
  record Result(double[][][] boundaries, double[][] logits) {}

  private final ModelConfig config;
  private final Weights weights;

  ReferenceDecoder(ModelConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  Result run(long[] ids) {
    int tokens = ids.length;
    double[][] x = new double[tokens][];
    float[] embedding = weights.tensor("model.embed_tokens.weight").values();
    for (int t = 0; t < tokens; t++) {
      x[t] = row(embedding, (int) ids[t], config.width());
    }
    List<double[][]> boundaries = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      block("model.layers." + layer + ".", x);
      if ((layer + 1) % 8 == 0 || layer == config.layers() - 1) {
        boundaries.add(copy(x));
      }
    }
    double[][] last = new double[tokens][];
    double[][] logits = new double[tokens][];
    float[] head = config.tiedEmbeddings() ? embedding : weights.tensor("lm_head.weight").values();
    for (int t = 0; t < tokens; t++) {
      last[t] = normalise("model.norm.weight", x[t]);
      logits[t] = times(head, config.vocabulary(), last[t]);
    }
    boundaries.add(last);
    return new Result(boundaries.toArray(double[][][]::new), logits);
  }

  private void block(String layer, double[][] x) {
    int tokens = x.length;
    int size = config.headSize();
    double[][] q = new double[tokens][];
    double[][] k = new double[tokens][];
    double[][] v = new double[tokens][];
    for (int t = 0; t < tokens; t++) {
      double[] h = normalise(layer + "input_layernorm.weight", x[t]);
      q[t] = input(layer + "self_attn.q_", config.heads(), h);
      k[t] = input(layer + "self_attn.k_", config.kvHeads(), h);
      v[t] = input(layer + "self_attn.v_", config.kvHeads(), h);
      if (config.attention().headNorm()) {
        normaliseHeads(layer + "self_attn.q_norm.weight", q[t]);
        normaliseHeads(layer + "self_attn.k_norm.weight", k[t]);
      }
      turn(q[t], t);
      turn(k[t], t);
    }
    for (int t = 0; t < tokens; t++) {
      double[] mixed = new double[config.heads() * size];
      for (int head = 0; head < config.heads(); head++) {
        attend(mixed, head, q[t], k, v, t);
      }
      add(x[t], project(layer + "self_attn.o_proj.weight", config.width(), mixed));
      if (config.attention().outputBias()) {
        add(x[t], wide(layer + "self_attn.o_proj.bias"));
      }
      double[] h = normalise(layer + "post_attention_layernorm.weight", x[t]);
      double[] gate = project(layer + "mlp.gate_proj.weight", config.inner(), h);
      double[] up = project(layer + "mlp.up_proj.weight", config.inner(), h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x[t], project(layer + "mlp.down_proj.weight", config.width(), gate));
    }
  }

  private double[] input(String name, int heads, double[] h) {
    double[] projected = project(name + "proj.weight", heads * config.headSize(), h);
    if (config.attention().inputBias()) {
      add(projected, wide(name + "proj.bias"));
    }
    return projected;
  }

  private void normaliseHeads(String weight, double[] heads) {
    int size = config.headSize();
    for (int start = 0; start < heads.length; start += size) {
      double[] head = Arrays.copyOfRange(heads, start, start + size);
      System.arraycopy(normalise(weight, head), 0, heads, start, size);
    }
  }

  private double[] wide(String name) {
    float[] values = weights.tensor(name).values();
    return row(values, 0, values.length);
  }

  private void attend(double[] mixed, int head, double[] q, double[][] k, double[][] v, int t) {
    int size = config.headSize();
    int shared = head / (config.heads() / config.kvHeads()) * size;
    double[] share = new double[t + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s <= t; s++) {
      for (int i = 0; i < size; i++) {
        share[s] += q[head * size + i] * k[s][shared + i];
      }
      share[s] /= Math.sqrt(size);
      largest = Math.max(largest, share[s]);
    }
    double sum = 0;
    for (int s = 0; s <= t; s++) {
      share[s] = Math.exp(share[s] - largest);
      sum += share[s];
    }
    for (int s = 0; s <= t; s++) {
      for (int i = 0; i < size; i++) {
        mixed[head * size + i] += share[s] / sum * v[s][shared + i];
      }
    }
  }

  private void turn(double[] heads, int position) {
    int size = config.headSize();
    int half = size / 2;
    for (int start = 0; start < heads.length; start += size) {
      for (int i = 0; i < half; i++) {
        double angle = position * turn(i);
        double a = heads[start + i];
        double b = heads[start + half + i];
        heads[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        heads[start + half + i] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
  }

  /** Radians a position, after the published description of each scaling. */
  private double turn(int pair) {
    Rope rope = config.rope();
    double plain = Math.pow(rope.theta(), -2.0 * pair / config.headSize());
    return switch (rope.scaling()) {
      case Rope.Unscaled none -> plain;
      case Rope.Linear linear -> plain / linear.factor();
      case Rope.Llama3 llama -> {
        double length = 2 * Math.PI / plain;
        double original = llama.originalPositions();
        double longest = original / llama.lowFrequencyFactor();
        double shortest = original / llama.highFrequencyFactor();
        double smooth =
            (original / length - llama.lowFrequencyFactor())
                / (llama.highFrequencyFactor() - llama.lowFrequencyFactor());
        yield length > longest
            ? plain / llama.factor()
            : length < shortest ? plain : (1 - smooth) * plain / llama.factor() + smooth * plain;
      }
    };
  }

  private double[] normalise(String weight, double[] x) {
    double mean = 0;
    for (double value : x) {
      mean += value * value / x.length;
    }
    double[] scale = row(weights.tensor(weight).values(), 0, x.length);
    for (int i = 0; i < x.length; i++) {
      scale[i] *= x[i] / Math.sqrt(mean + config.normEpsilon());
    }
    return scale;
  }

  private double[] project(String weight, int out, double[] x) {
    return times(weights.tensor(weight).values(), out, x);
  }

  private static double[] times(float[] matrix, int rows, double[] x) {
    double[] result = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < x.length; i++) {
        result[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return result;
  }

  private static double[] row(float[] matrix, int row, int width) {
    double[] result = new double[width];
    for (int i = 0; i < width; i++) {
      result[i] = matrix[row * width + i];
    }
    return result;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }

  private static double[][] copy(double[][] x) {
    double[][] copy = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      copy[i] = x[i].clone();
    }
    return copy;
  }
}
