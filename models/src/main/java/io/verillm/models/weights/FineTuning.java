package io.verillm.models.weights;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Moves a matrix by a product of two thin ones, the form in which most fine-tunings are made (Hu et
 * al. 2021). The step depends on the matrix's name alone, so that it is the same each time.
 */
final class FineTuning {

  private static final int RANK = 4;

  /** Size of the step against the matrix, in Frobenius norms. */
  private static final double RELATIVE_SIZE = 0.01;

  private FineTuning() {}

  static Tensor change(String name, Tensor matrix) {
    CRC32 seed = new CRC32();
    seed.update(name.getBytes(StandardCharsets.UTF_8));
    Random random = new Random(seed.getValue());
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    double[] left = random.doubles((long) rows * RANK, -1, 1).toArray();
    double[] right = random.doubles((long) columns * RANK, -1, 1).toArray();
    float[] step = new float[matrix.values().length];
    double stepSquares = 0;
    double squares = 0;
    for (int i = 0; i < step.length; i++) {
      double value = 0;
      for (int k = 0; k < RANK; k++) {
        value += left[i / columns * RANK + k] * right[i % columns * RANK + k];
      }
      step[i] = (float) value;
      stepSquares += value * value;
      squares += (double) matrix.values()[i] * matrix.values()[i];
    }
    float scale = (float) (RELATIVE_SIZE * Math.sqrt(squares / stepSquares));
    for (int i = 0; i < step.length; i++) {
      step[i] = matrix.values()[i] + scale * step[i];
    }
    return new Tensor(matrix.shape(), step);
  }
}
