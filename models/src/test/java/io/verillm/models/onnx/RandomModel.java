package io.verillm.models.onnx;

import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelTensors;
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
    ModelTensors.of(config)
        .forEach((name, shape) -> tensors.put(name, tensor(random, scale(name), shape)));
    return new RandomModel(config, tensors);
  }

  private static double scale(String name) {
    return name.endsWith("norm.weight") ? 1 : name.contains("embed") ? 0.5 : 0.3;
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
  public int[] shape(String name) {
    return tensor(name).shape();
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
