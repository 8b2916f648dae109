package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RocTest {
  @Test
  void shouldHaveTheWholeAreaWhereEveryCheatIsAboveEveryHonestValue() {
    assertThat(roc(new long[] {1, 2, 3}, new long[] {4, 9}).area()).isEqualTo(1);
    assertThat(roc(new long[] {4, 9}, new long[] {1, 2, 3}).area()).isZero();
  }

  @Test
  void shouldHaveHalfTheAreaWhereNothingTellsThemApart() {
    assertThat(roc(new long[] {5, 5}, new long[] {5, 5, 5}).area()).isEqualTo(0.5);
  }

  @Test
  void shouldCountTiesHalf() {
    // Pairs (honest, cheat): 1<2, 1<3, 2=2, 2<3: 3.5 of 4.
    assertThat(roc(new long[] {1, 2}, new long[] {2, 3}).area()).isEqualTo(3.5 / 4);
  }

  @Test
  void shouldRunFromNothingFoundToEverythingFound() {
    Roc roc = roc(new long[] {1, 2}, new long[] {2, 3});

    assertThat(roc.points().getFirst()).isEqualTo(new Roc.Point(Long.MAX_VALUE, 0, 0));
    assertThat(roc.points()).contains(new Roc.Point(3, 0, 0.5), new Roc.Point(2, 0.5, 1));
    assertThat(roc.points().getLast()).isEqualTo(new Roc.Point(1, 1, 1));
  }

  @Test
  void shouldThinALongCurveButKeepItsEndsAndItsArea() {
    long[] honest = LongStream.range(0, 5_000).map(i -> 2 * i).toArray();
    long[] cheating = LongStream.range(0, 5_000).map(i -> 2 * i + 1).toArray();

    Roc roc = roc(honest, cheating);

    assertThat(roc.points()).hasSize(200);
    assertThat(roc.points().getLast()).isEqualTo(new Roc.Point(0, 1, 1));
    assertThat(roc.area()).isCloseTo(0.5, within(1e-3));
  }

  private static Roc roc(long[] honest, long[] cheating) {
    return Roc.of("rows", "int8", honest, cheating);
  }
}
