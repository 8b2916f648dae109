package io.verillm.models.weights;

/** Loses precision the way cheaper number formats do, and returns to float. */
final class Rounding {

  private Rounding() {}

  static Tensor bf16(Tensor tensor) {
    float[] values = tensor.values();
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = bf16(values[i]);
    }
    return new Tensor(tensor.shape(), rounded);
  }

  static float bf16(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    int tie = 0x7fff + ((bits >>> 16) & 1);
    return Float.intBitsToFloat((bits + tie) & 0xffff0000);
  }

  /**
   * Rounds to the integers -levels..levels times a scale shared by {@code group} neighbours of a
   * row.
   *
   * @param group values that share a scale; 0 for a whole row
   */
  static Tensor groups(Tensor matrix, int group, int levels) {
    int columns = matrix.shape()[1];
    int step = group == 0 ? columns : group;
    float[] rounded = matrix.values().clone();
    for (int row = 0; row < matrix.shape()[0]; row++) {
      for (int column = 0; column < columns; column += step) {
        int begin = row * columns + column;
        group(rounded, begin, begin + Math.min(step, columns - column), levels);
      }
    }
    return new Tensor(matrix.shape(), rounded);
  }

  private static void group(float[] values, int begin, int end, int levels) {
    float largest = 0;
    for (int i = begin; i < end; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float scale = largest / levels;
    for (int i = begin; i < end && scale > 0; i++) {
      values[i] = scale * (float) Math.rint(values[i] / scale);
    }
  }

  static Tensor zero(Tensor tensor) {
    return new Tensor(tensor.shape(), new float[tensor.values().length]);
  }
}
