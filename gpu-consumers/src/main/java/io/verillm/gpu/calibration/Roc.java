package io.verillm.gpu.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How well one statistic tells one cheat from honest work, for every limit that it could have.
 *
 * @param statistic its name
 * @param cheat its label
 * @param area under the curve: how often a cheat's value is above an honest one's, ties half
 * @param points from the highest limit to the lowest; of a long curve some are left out
 */
public record Roc(String statistic, String cheat, double area, List<Point> points) {
  private static final int POINTS_MAX = 200;

  /**
   * One limit.
   *
   * @param limit values at or above it are called a cheat
   * @param falseAlarms share of honest values that are
   * @param found share of the cheat's values that are
   */
  public record Point(long limit, double falseAlarms, double found) {}

  /** Copies the points. */
  public Roc {
    points = List.copyOf(points);
  }

  /**
   * From measured values.
   *
   * @param honest at least one
   * @param cheating at least one
   */
  static Roc of(String statistic, String cheat, long[] honest, long[] cheating) {
    if (honest.length == 0 || cheating.length == 0) {
      throw new IllegalArgumentException("no values of " + statistic + " for " + cheat);
    }
    long[] low = honest.clone();
    long[] high = cheating.clone();
    Arrays.sort(low);
    Arrays.sort(high);
    long[] limits =
        LongStream.concat(Arrays.stream(low), Arrays.stream(high)).distinct().sorted().toArray();
    List<Point> points = new ArrayList<>();
    points.add(new Point(Long.MAX_VALUE, 0, 0));
    double area = 0;
    for (int i = limits.length - 1; i >= 0; i--) {
      Point last = points.getLast();
      Point next = new Point(limits[i], shareFrom(low, limits[i]), shareFrom(high, limits[i]));
      area += (next.falseAlarms() - last.falseAlarms()) * (next.found() + last.found()) / 2;
      points.add(next);
    }
    return new Roc(statistic, cheat, area, thinned(points));
  }

  private static double shareFrom(long[] sorted, long limit) {
    int below = 0;
    int above = sorted.length;
    while (below < above) {
      int middle = (below + above) >>> 1;
      if (sorted[middle] < limit) {
        below = middle + 1;
      } else {
        above = middle;
      }
    }
    return (double) (sorted.length - below) / sorted.length;
  }

  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= POINTS_MAX) {
      return points;
    }
    List<Point> some = new ArrayList<>();
    for (int i = 0; i < POINTS_MAX; i++) {
      some.add(points.get((int) ((long) i * (points.size() - 1) / (POINTS_MAX - 1))));
    }
    return some;
  }
}
