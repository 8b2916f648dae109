package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaperRowsTest {

  private static final int DIMENSION = 400;

  private static float[] values() {
    Random random = new Random(5);
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static TestOutcome test(float[] checker, float[] author) {
    return new PaperRows()
        .test(0, Row.of(RowType.FP32, checker), Row.of(RowType.FP32, author))
        .outcome();
  }

  private static float[] scaled(double factor) {
    float[] values = values();
    for (int i = 0; i < DIMENSION; i++) {
      values[i] *= (float) factor;
    }
    return values;
  }

  @Test
  void shouldPassEqualRowsAndRoundingNoise() {
    assertThat(test(values(), values())).isEqualTo(TestOutcome.PASS);
    assertThat(test(values(), scaled(1 + 1e-4))).isEqualTo(TestOutcome.PASS);
  }

  @Test
  void shouldBeBlindToErrorsBelowItsWidths() {
    assertThat(test(values(), scaled(1.006))).isEqualTo(TestOutcome.PASS);
  }

  @Test
  void shouldFailAnotherExponentOrSign() {
    assertThat(test(values(), scaled(2))).isEqualTo(TestOutcome.FAIL);
    assertThat(test(values(), scaled(-1))).isEqualTo(TestOutcome.FAIL);
  }

  @Test
  void shouldFailLargeGapsAtEqualExponent() {
    float[] checker = new float[DIMENSION];
    float[] author = new float[DIMENSION];
    java.util.Arrays.fill(checker, 1.0f);
    java.util.Arrays.fill(author, 1.0f);
    for (int i = 0; i < DIMENSION / 4; i++) {
      author[i] = i % 2 == 0 ? 1.5f : 1.0f;
      checker[i] = i % 2 == 0 ? 1.0f : 1.5f;
    }
    // The signed mean is 0, the exponents are equal: only P_w sees it.
    assertThat(test(checker, author)).isEqualTo(TestOutcome.FAIL);
  }

  @Test
  void shouldFailAShiftedMean() {
    float[] checker = new float[DIMENSION];
    float[] author = new float[DIMENSION];
    java.util.Arrays.fill(checker, 8f);
    java.util.Arrays.fill(author, 8.0625f);
    PaperStatistics statistics =
        PaperStatistics.of(Row.of(RowType.FP32, checker), Row.of(RowType.FP32, author))
            .orElseThrow();
    assertThat(statistics).isEqualTo(new PaperStatistics(DIMENSION, 0, 0, DIMENSION, -0.0625));
    assertThat(statistics.accepted()).isFalse();
  }

  @Test
  void shouldFailMismatchesThatAreNoCarry() {
    assertThat(new PaperStatistics(1_000, 40, 31, 960, 0).accepted()).isTrue();
    assertThat(new PaperStatistics(1_000, 40, 30, 960, 0).accepted()).isFalse();
    assertThat(new PaperStatistics(1_000, 50, 50, 950, 0).accepted()).isFalse();
    assertThat(new PaperStatistics(1_000, 0, 0, 801, 0.01).accepted()).isTrue();
    assertThat(new PaperStatistics(1_000, 0, 0, 800, 0).accepted()).isFalse();
    assertThat(new PaperStatistics(1_000, 40, 31, 960, 0).exponentMismatchPpm()).isEqualTo(40_000);
  }

  @Test
  void shouldFailWhatIsNotFiniteOnceRounded() {
    float[] huge = values();
    huge[7] = Float.MAX_VALUE;
    assertThat(test(huge, huge)).isEqualTo(TestOutcome.FAIL);
    huge[7] = Float.NaN;
    assertThat(test(huge, values())).isEqualTo(TestOutcome.FAIL);
  }
}
