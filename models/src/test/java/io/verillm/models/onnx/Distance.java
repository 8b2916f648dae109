package io.verillm.models.onnx;

/** Relative L2 distance: the norm of the difference over the norm of what was expected. */
final class Distance {

  private Distance() {}

  static double relative(double[][] expected, float[] actual) {
    double difference = 0;
    double norm = 0;
    int i = 0;
    for (double[] row : expected) {
      for (double value : row) {
        difference += Math.pow(value - actual[i++], 2);
        norm += value * value;
      }
    }
    if (i != actual.length) {
      throw new IllegalArgumentException(i + " values expected, got " + actual.length);
    }
    return Math.sqrt(difference / norm);
  }

  static double relative(float[] expected, float[] actual) {
    double[] wide = new double[expected.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = expected[i];
    }
    return relative(new double[][] {wide}, actual);
  }
}
