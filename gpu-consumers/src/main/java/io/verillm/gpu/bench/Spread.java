package io.verillm.gpu.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * What repeats of one measurement gave.
 *
 * @param median the middle one; of an even number the mean of both middle ones
 * @param low the smallest
 * @param high the largest
 * @param count how many
 */
public record Spread(double median, double low, double high, int count) {

  /**
   * Of values in any order.
   *
   * @throws IllegalArgumentException if there is none, or one is no number
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a measurement is no number");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /** Of one figure of each repeat. */
  public static <T> Spread of(Collection<T> repeats, ToDoubleFunction<T> figure) {
    return of(repeats.stream().mapToDouble(figure).toArray());
  }
}
