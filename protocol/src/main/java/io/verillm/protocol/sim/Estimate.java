package io.verillm.protocol.sim;

import java.util.Collection;

/**
 * A measured mean with its 95 % confidence interval.
 *
 * @param mean the mean
 * @param low lower end
 * @param high upper end
 * @param count what it is a mean of
 */
public record Estimate(double mean, double low, double high, long count) {
  private static final double Z = 1.96;

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
   * not: one worker's pay in one scoring epoch is a cell.
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
    double error = k < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares * k / (k - 1)) / count;
    return new Estimate(mean, mean - Z * error, mean + Z * error, count);
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
    return Math.abs(value - mean) <= widths * (high - mean);
  }
}
