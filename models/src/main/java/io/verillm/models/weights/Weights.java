package io.verillm.models.weights;

import io.verillm.models.InvalidModelException;
import java.util.Arrays;
import java.util.Set;

/**
 * The named tensors of a model, each read when asked for, so that a big model never is in memory.
 */
public interface Weights {

  /** Names of all tensors. */
  Set<String> names();

  /**
   * The sizes of a tensor, without reading it.
   *
   * @throws InvalidModelException if there is no such tensor
   */
  int[] shape(String name);

  /**
   * A tensor in row-major order.
   *
   * @throws InvalidModelException if there is no such tensor, or its data cannot be read
   */
  Tensor tensor(String name);

  /**
   * A tensor that must have the given shape.
   *
   * @throws InvalidModelException naming the tensor, its shape and the expected one
   */
  default Tensor tensor(String name, int... shape) {
    Tensor tensor = tensor(name);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new InvalidModelException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + Arrays.toString(shape));
    }
    return tensor;
  }
}
