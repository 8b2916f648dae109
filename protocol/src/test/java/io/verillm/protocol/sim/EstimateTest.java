package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
  private static Estimate of(double... values) {
    return Estimate.ofCells(Arrays.stream(values).mapToObj(v -> new Estimate.Cell(v, 1)).toList());
  }

  @ParameterizedTest(name = "{0} degrees of freedom")
  @CsvSource({"3, 3.182", "4, 2.776", "5, 2.571", "9, 2.262", "29, 2.045", "120, 1.980"})
  void shouldKnowStudentsQuantile(int degrees, double quantile) {
    assertThat(Estimate.quantile(degrees)).isCloseTo(quantile, within(0.004));
  }

  @Test
  void shouldWidenTheIntervalOfFewCells() {
    Estimate estimate = of(1, 3, 5, 7);

    // Standard deviation 2.582, its half 1.291, t of 3 degrees 3.182.
    assertThat(estimate.mean()).isEqualTo(4);
    assertThat(estimate.high()).isCloseTo(4 + 4.108, within(0.01));
    assertThat(estimate.most()).isEqualTo(estimate.high());
  }

  @Test
  void shouldGiveNoIntervalWhereCellsAreFewOrAlike() {
    for (Estimate estimate : List.of(of(1, 3, 5), of(-1017, -1017, -1017, -1017, -1017))) {
      assertThat(estimate.hasInterval()).isFalse();
      assertThat(estimate.covers(estimate.mean() + 1, 2)).isFalse();
    }
    assertThat(of(-1, -3, -5).most()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(of(-1017, -1017, -1017, -1017, -1017).most()).isEqualTo(-1017);
  }

  @Test
  void shouldAddUpWhatTwoMeansAreOffBy() {
    Estimate left = new Estimate(10, 7, 13, 5);
    Estimate right = new Estimate(4, 0, 8, 50);

    assertThat(left.minus(right)).isEqualTo(new Estimate(6, 1, 11, 5));
    assertThat(of(2, 2, 2, 2).minus(right)).isEqualTo(new Estimate(-2, -6, 2, 4));
    // Of two cells nothing is known, so nothing of a difference to them.
    assertThat(of(2, 2).minus(right).hasInterval()).isFalse();
  }
}
