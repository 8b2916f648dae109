package io.verillm.protocol.sim;

import java.util.Collection;

/**
 * A measured mean with its 95 % confidence interval.
 *
 * @param mean the mean
 * @param low lower end; the mean itself where all were alike, negative infinity where too few were
 *     counted to tell
 * @param high upper end, likewise
 * @param count what it is a mean of; 0 if nothing was measured
 */
public record Estimate(double mean, double low, double high, long count) {
  private static final double Z = 1.959964;

  /** From fewer cells than these nothing is said about how far off their mean is. */
  private static final int CELLS_MIN = 4;

  /** Below this share of the mean a deviation is what adding up leaves. */
  private static final double ROUNDING = 1e-9;

  /** Nothing was measured. */
  public static final Estimate NONE = new Estimate(0, 0, 0, 0);

  /**
   * One part of a total.
   *
   * @param sum of the values in it
   * @param count number of them
   */
  record Cell(double sum, long count) {
    Cell plus(double value, long more) {
      return new Cell(sum + value, count + more);
    }
  }

  /**
   * The ratio of sums over cells that are independent of each other, while values inside a cell are
   * not: one worker's pay in one scoring epoch is a cell. The interval is Student's; there is none
   * where cells are few or all alike, since then they do not tell how they vary.
   */
  static Estimate ofCells(Collection<Cell> cells) {
    long count = cells.stream().mapToLong(Cell::count).sum();
    if (count == 0) {
      return NONE;
    }
    double mean = cells.stream().mapToDouble(Cell::sum).sum() / count;
    double squares = 0;
    for (Cell cell : cells) {
      double off = cell.sum() - mean * cell.count();
      squares += off * off;
    }
    int k = cells.size();
    double error = k < 2 ? 0 : Math.sqrt(squares * k / (k - 1)) / count;
    boolean alike = error <= ROUNDING * Math.max(1, Math.abs(mean));
    double spread = alike ? 0 : quantile(k - 1) * error;
    double half = k < CELLS_MIN ? Double.POSITIVE_INFINITY : spread;
    return new Estimate(mean, mean - half, mean + half, count);
  }

  /**
   * The 97.5 % quantile of Student's distribution, to a thousandth from 3 degrees of freedom on
   * (Abramowitz and Stegun, 26.7.5).
   */
  static double quantile(int degrees) {
    double z2 = Z * Z;
    double first = Z * (z2 + 1) / 4;
    double second = Z * ((5 * z2 + 16) * z2 + 3) / 96;
    double third = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double fourth = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160;
    double n = degrees;
    return Z + (first + (second + (third + fourth / n) / n) / n) / n;
  }

  /** This mean less another that is independent of it. */
  Estimate minus(Estimate other) {
    double difference = mean - other.mean;
    double half = Math.hypot(high - mean, other.high - other.mean);
    return new Estimate(difference, difference - half, difference + half, count);
  }

  /** The sum that this is the mean of, with the same interval. */
  Estimate total() {
    return new Estimate(mean * count, low * count, high * count, count);
  }

  /** Whether the ends tell how far off the mean may be. */
  public boolean hasInterval() {
    return count > 0 && high > low && Double.isFinite(high - low);
  }

  /**
   * The upper end: infinity where too few were counted to tell, and the mean where all are alike.
   */
  public double most() {
    return high;
  }

  /** A share of trials, with Wilson's interval: it stays honest where nothing was seen. */
  public static Estimate ofShare(long hits, long trials) {
    if (trials == 0) {
      return NONE;
    }
    double share = (double) hits / trials;
    double z2 = Z * Z / trials;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z * Math.sqrt(share * (1 - share) / trials + z2 / (4.0 * trials)) / (1 + z2);
    return new Estimate(share, Math.max(0, middle - half), Math.min(1, middle + half), trials);
  }

  /** Whether a value lies in the interval, widened to so many of its halves. */
  public boolean covers(double value, double widths) {
    return hasInterval() && Math.abs(value - mean) <= widths * (high - mean);
  }
}
