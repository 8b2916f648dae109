package io.verillm.models.weights;

import java.util.Arrays;

/**
 * Values in row-major order. The arrays are handed over, not copied: weights are large.
 *
 * @param shape sizes, outermost first
 * @param values as many as the product of the sizes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Tensor(int[] shape, float[] values) {

  /** Checks that sizes and values agree. */
  public Tensor {
    long size = 1;
    for (int dimension : shape) {
      size = Math.multiplyExact(size, (long) dimension);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
    }
  }

  /** The transpose of a matrix [m, n], that is [n, m]. */
  public Tensor transpose() {
    int rows = shape[0];
    int columns = shape[1];
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return new Tensor(new int[] {columns, rows}, turned);
  }
}
