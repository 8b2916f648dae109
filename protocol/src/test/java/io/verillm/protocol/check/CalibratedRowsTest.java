package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.trace.Row;
import io.verillm.protocol.trace.RowType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedRowsTest {

  private static final CalibratedRows TEST =
      new CalibratedRows(List.of(new RowThresholds(4, 9), new RowThresholds(0, 0)));

  @ParameterizedTest
  @CsvFileSource(
      resources = "/vectors/row_distances.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 10_000)
  void shouldEqualTheGoldenStatistic(String checker, String author, long statistic) {
    assertThat(CalibratedRows.statistic(row(checker), row(author))).hasValue(statistic);
  }

  private static Row row(String patterns) {
    String[] cells = patterns.split("\\|");
    float[] values = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      values[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(cells[i], 16));
    }
    return Row.of(RowType.FP32, values);
  }

  private static Row shifted(int steps) {
    return Row.of(RowType.FP32, Float.intBitsToFloat(Float.floatToRawIntBits(1f) + steps));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/thresholds.csv", numLinesToSkip = 1)
  void shouldPassUpToOkAndFailAboveBad(int distance, TestOutcome outcome) {
    assertThat(TEST.test(0, shifted(0), shifted(distance)))
        .isEqualTo(new RowScore(Math.abs(distance), outcome));
  }

  @Test
  void shouldUseTheBoundarysOwnThresholds() {
    assertThat(TEST.test(1, shifted(0), shifted(1)).outcome()).isEqualTo(TestOutcome.FAIL);
    assertThat(TEST.test(1, shifted(0), shifted(0)).outcome()).isEqualTo(TestOutcome.PASS);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldFailWhatIsNotFiniteEvenIfEqual(float bad) {
    Row row = Row.of(RowType.FP32, bad, 1, 1, 1);
    assertThat(TEST.test(0, row, row))
        .isEqualTo(new RowScore(RowScore.NOT_FINITE, TestOutcome.FAIL));
  }

  @Test
  void shouldCountZerosAsEqualAndDenormalsAsNeighbours() {
    Row checker = Row.of(RowType.FP32, 0f, -0f, Float.MIN_VALUE, 0f);
    Row author = Row.of(RowType.FP32, -0f, 0f, -Float.MIN_VALUE, 0f);
    assertThat(CalibratedRows.statistic(checker, author)).hasValue(2);
  }

  @Test
  void shouldIgnoreTheQuarterNearestToZero() {
    Row checker = Row.of(RowType.FP32, 1e-6f, 1, 1, 1);
    Row author = Row.of(RowType.FP32, -1e-6f, 1, 1, 1);
    assertThat(CalibratedRows.statistic(checker, author)).hasValue(0);
    assertThat(CalibratedRows.statistic(author, checker)).hasValue(0);
  }

  @Test
  void shouldDropTheLowerIndexOfATie() {
    Row checker = Row.of(RowType.FP32, 1, 1, 1, 1);
    Row low = Row.of(RowType.FP32, 2, 1, 1, 1);
    Row high = Row.of(RowType.FP32, 1, 1, 1, 2);
    assertThat(CalibratedRows.statistic(checker, low)).hasValue(0);
    assertThat(CalibratedRows.statistic(checker, high)).hasValue(1 << 23);
  }

  @Test
  void shouldCompareDifferentTypesInTheCoarserOne() {
    Row checker = Row.of(RowType.FP32, 1.001f, 2.001f, 3.001f, 4.001f);
    assertThat(CalibratedRows.statistic(checker, checker.toBf16())).hasValue(0);
    assertThat(CalibratedRows.statistic(checker.toBf16(), checker)).hasValue(0);
  }

  @Test
  void shouldRefuseRowsOfDifferentDimension() {
    Row one = Row.of(RowType.FP32, 1);
    Row two = Row.of(RowType.FP32, 1, 2);
    assertThatIllegalArgumentException().isThrownBy(() -> CalibratedRows.statistic(one, two));
    assertThatIllegalArgumentException().isThrownBy(() -> new RowThresholds(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new RowThresholds(-1, 1));
  }
}
