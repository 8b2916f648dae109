package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Weights of which some tensors are changed when read. */
record ChangedWeights(
    Weights original, Predicate<String> which, BiFunction<String, Tensor, Tensor> change)
    implements Weights {

  @Override
  public Set<String> names() {
    return original.names();
  }

  @Override
  public int[] shape(String name) {
    return original.shape(name);
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = original.tensor(name);
    return which.test(name) ? finite(name, change.apply(name, tensor)) : tensor;
  }

  /** A finite weight can round to infinity: the largest of single precision does in bf16. */
  private static Tensor finite(String name, Tensor changed) {
    for (float value : changed.values()) {
      if (!Float.isFinite(value)) {
        throw new InvalidModelException(name + ": the changed weights have a value of " + value);
      }
    }
    return changed;
  }
}
