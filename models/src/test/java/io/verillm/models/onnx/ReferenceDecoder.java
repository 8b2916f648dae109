package io.verillm.models.onnx;

import io.verillm.models.ModelConfig;
import io.verillm.models.weights.Weights;
import java.util.ArrayList;
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
      q[t] = project(layer + "self_attn.q_proj.weight", config.heads() * size, h);
      k[t] = project(layer + "self_attn.k_proj.weight", config.kvHeads() * size, h);
      v[t] = project(layer + "self_attn.v_proj.weight", config.kvHeads() * size, h);
      turn(q[t], t);
      turn(k[t], t);
    }
    for (int t = 0; t < tokens; t++) {
      double[] mixed = new double[config.heads() * size];
      for (int head = 0; head < config.heads(); head++) {
        attend(mixed, head, q[t], k, v, t);
      }
      add(x[t], project(layer + "self_attn.o_proj.weight", config.width(), mixed));
      double[] h = normalise(layer + "post_attention_layernorm.weight", x[t]);
      double[] gate = project(layer + "mlp.gate_proj.weight", config.inner(), h);
      double[] up = project(layer + "mlp.up_proj.weight", config.inner(), h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x[t], project(layer + "mlp.down_proj.weight", config.width(), gate));
    }
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
        double angle = position / Math.pow(config.ropeTheta(), 2.0 * i / size);
        double a = heads[start + i];
        double b = heads[start + half + i];
        heads[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        heads[start + half + i] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
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
