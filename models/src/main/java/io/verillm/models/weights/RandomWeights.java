package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelTensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Weights drawn from a seed, for benchmarks and tests of a real model's size: each tensor is made
 * when asked for, from the seed and its name, so that none is kept. Matrices are scaled so that
 * rows keep their size from block to block; norms are ones, biases small.
 */
public final class RandomWeights implements Weights {

  private static final double BIAS_DEVIATION = 0.02;

  private final SortedMap<String, int[]> shapes;
  private final long seed;

  /**
   * @param config which tensors
   * @param seed equal seeds give equal weights
   */
  public RandomWeights(ModelConfig config, long seed) {
    this.shapes = ModelTensors.of(config);
    this.seed = seed;
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public int[] shape(String name) {
    int[] shape = shapes.get(name);
    if (shape == null) {
      throw new InvalidModelException("no tensor " + name);
    }
    return shape.clone();
  }

  @Override
  public Tensor tensor(String name) {
    int[] shape = shape(name);
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    if (name.endsWith("norm.weight")) {
      Arrays.fill(values, 1);
      return new Tensor(shape, values);
    }
    double deviation = shape.length == 1 ? BIAS_DEVIATION : 1 / Math.sqrt(shape[1]);
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    SplittableRandom random = new SplittableRandom(seed ^ hash.getValue() << 32);
    // A uniform value of the same deviation costs a tenth of a normal one.
    float spread = (float) (deviation * Math.sqrt(12));
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt() * 0x1p-32f) * spread;
    }
    return new Tensor(shape, values);
  }
}
