package io.verillm.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Muon (Jordan 2024: momentum, orthogonalised by five Newton-Schulz steps) for the matrices of the
 * blocks, AdamW (Loshchilov and Hutter 2019) for embeddings and norms.
 */
final class Optimizer {

  private static final float MUON_RATE = 0.015f;
  private static final float MUON_MOMENTUM = 0.95f;
  private static final float ADAM_RATE = 0.003f;
  private static final float DECAY = 0.02f;
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.95f;

  private final Map<String, NDArray> parameters;
  private final Map<String, List<String>> matrices = new LinkedHashMap<>();
  private final Map<String, NDArray> momentum = new HashMap<>();
  private final Map<String, NDArray> square = new HashMap<>();
  private int step;

  Optimizer(Map<String, NDArray> parameters) {
    this.parameters = parameters;
    parameters.forEach(
        (name, array) -> {
          momentum.put(name, array.zerosLike());
          if (isMatrix(name)) {
            matrices
                .computeIfAbsent(name.replaceAll("\\d+", "*"), n -> new ArrayList<>())
                .add(name);
          } else {
            square.put(name, array.zerosLike());
          }
        });
  }

  private static boolean isMatrix(String name) {
    return name.contains("_proj.");
  }

  /**
   * Applies and clears the gradients; {@code rate} scales both learning rates.
   *
   * @return the gradient that was not finite and kept all from being applied, or nothing
   */
  Optional<String> step(NDManager manager, float rate) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> {
          NDArray gradient = array.getGradient();
          gradient.attach(manager);
          gradients.put(name, gradient);
        });
    Optional<String> bad =
        gradients.keySet().stream()
            .filter(name -> !Float.isFinite(gradients.get(name).sum().getFloat()))
            .findFirst();
    if (bad.isEmpty()) {
      step++;
      square.keySet().forEach(name -> adam(name, gradients.get(name), rate * ADAM_RATE));
      matrices.values().forEach(names -> muon(names, gradients, rate * MUON_RATE));
    }
    // Cleared in place: another way would leave the engine with a buffer that Java frees.
    gradients.values().forEach(g -> g.set(new NDIndex(":"), 0f));
    return bad;
  }

  private void adam(String name, NDArray gradient, float rate) {
    NDArray m = momentum.get(name);
    NDArray v = square.get(name);
    m.muli(BETA1).addi(gradient.mul(1 - BETA1));
    v.muli(BETA2).addi(gradient.mul(gradient).muli(1 - BETA2));
    double correction = Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
    NDArray root = gradient.mul(0).addi(v).powi(0.5f).addi(1e-8f);
    NDArray update = gradient.mul(0).addi(m).divi(root).muli(rate * correction);
    parameters.get(name).subi(update);
  }

  private void muon(List<String> names, Map<String, NDArray> gradients, float rate) {
    NDList updates = new NDList();
    for (String name : names) {
      NDArray gradient = gradients.get(name);
      NDArray m = momentum.get(name);
      m.muli(MUON_MOMENTUM).addi(gradient.mul(1 - MUON_MOMENTUM));
      // New arrays must come from the gradient, whose manager ends with the step.
      updates.add(
          gradient.mul(0).addi(m).muli(MUON_MOMENTUM).addi(gradient.mul(1 - MUON_MOMENTUM)));
    }
    NDArray x = orthogonal(NDArrays.stack(updates));
    long rows = x.getShape().get(1);
    long columns = x.getShape().get(2);
    double scale = rate * Math.sqrt(Math.max(1.0, (double) rows / columns));
    for (int i = 0; i < names.size(); i++) {
      NDArray parameter = parameters.get(names.get(i));
      parameter.muli(1 - rate * DECAY);
      parameter.subi(x.get(i).mul(scale));
    }
  }

  private static NDArray orthogonal(NDArray matrices) {
    boolean tall = matrices.getShape().get(1) > matrices.getShape().get(2);
    NDArray x = tall ? matrices.transpose(0, 2, 1) : matrices;
    x = x.div(x.mul(x).sum(new int[] {1, 2}, true).sqrt().add(1e-7f));
    for (int i = 0; i < 5; i++) {
      NDArray a = x.matMul(x.transpose(0, 2, 1));
      NDArray b = a.mul(-4.7750f).add(a.matMul(a).mul(2.0315f));
      x = x.mul(3.4445f).add(b.matMul(x));
    }
    return tall ? x.transpose(0, 2, 1) : x;
  }
}
