package io.verillm.models.weights;

import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Weights of which some tensors are changed when read. */
record ChangedWeights(Weights original, Predicate<String> which, UnaryOperator<Tensor> change)
    implements Weights {

  @Override
  public Set<String> names() {
    return original.names();
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = original.tensor(name);
    return which.test(name) ? change.apply(tensor) : tensor;
  }
}
