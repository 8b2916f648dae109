package io.verillm.protocol.check;

import io.verillm.protocol.trace.Row;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Policy {@code calibrated}: the 90th percentile of the distances in representable numbers, against
 * two thresholds per boundary. Integers only.
 *
 * @param thresholds by boundary index
 */
public record CalibratedRows(List<RowThresholds> thresholds) implements RowTest {

  /** Copies the thresholds. */
  public CalibratedRows {
    thresholds = List.copyOf(thresholds);
  }

  @Override
  public RowScore test(int boundary, Row checker, Row author) {
    RowThresholds limits = thresholds.get(boundary);
    OptionalLong statistic = statistic(checker, author, limits.percent());
    return statistic.isEmpty()
        ? RowScore.notFinite()
        : new RowScore(
            statistic.getAsLong(),
            TestOutcome.of(statistic.getAsLong(), limits.ok(), limits.bad()));
  }

  /**
   * The statistic, also for calibrating; empty if a row holds a NaN or an infinity.
   *
   * <p>Each element's bits become a monotone integer (the magnitude bits, negated for a set sign).
   * Of d elements the floor(d/4) smallest by the checker's magnitude are dropped (ties: lower index
   * first), because relative noise is largest near zero. Of the n distances that remain, in
   * ascending order, it is the one at rank ceil(9n/10), counted from 1. Rows of different types are
   * both rounded to BF16 first.
   */
  public static OptionalLong statistic(Row checker, Row author) {
    return statistic(checker, author, RowThresholds.PERCENT);
  }

  private static OptionalLong statistic(Row checker, Row author, int percent) {
    RowPair pair = new RowPair(checker, author);
    if (!pair.isFinite()) {
      return OptionalLong.empty();
    }
    if (pair.isEqual()) {
      return OptionalLong.of(0);
    }
    int dimension = pair.dimension();
    long[] byMagnitude = new long[dimension];
    for (int i = 0; i < dimension; i++) {
      byMagnitude[i] = (long) RowPair.magnitude(pair.checker(), i) << Integer.SIZE | i;
    }
    Arrays.sort(byMagnitude);
    int dropped = dimension / 4;
    long[] distances = new long[dimension - dropped];
    for (int i = 0; i < distances.length; i++) {
      int index = (int) byMagnitude[dropped + i];
      long x = RowPair.monotone(pair.checker(), index);
      distances[i] = Math.abs(x - RowPair.monotone(pair.author(), index));
    }
    Arrays.sort(distances);
    return OptionalLong.of(distances[Math.ceilDiv(percent * distances.length, 100) - 1]);
  }
}
