package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HonestyBoundTest {
  /** Half a unit of the last digit that the table prints. */
  private static final double TENTH = 0.05;

  private final HonestyBound reference = HonestyBound.reference(7, 0.3);

  @Test
  void shouldRecomputeTheWeightOfTheReference() {
    assertThat(reference.weight()).isCloseTo(33.6, within(TENTH));
  }

  @Test
  void shouldAskForTheWeightsOfTheTable() {
    assertThat(HonestyBound.measured(3).weight()).isCloseTo(71.8, within(TENTH));
    assertThat(HonestyBound.measured(3).wholeWeight()).isEqualTo(72);
    assertThat(HonestyBound.measured(7).wholeWeight()).isEqualTo(41);
  }

  /** A model without a calibration is judged by the paper's policy. */
  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7, 13, 21})
  void shouldKeepHonestyBestForThePapersErrorsToo(int checkers) {
    HonestyBound paper = HonestyBound.reference(checkers, HonestyBound.BYZANTINE_MOST);
    double weight = HonestyBound.measured(checkers).wholeWeight();

    assertThat(paper.honest(weight)).isGreaterThanOrEqualTo(paper.margin());
    assertThat(HonestyBound.measured(checkers).honest(weight))
        .isGreaterThanOrEqualTo(paper.margin());
  }

  @Test
  void shouldMakeHonestyTheOnlyGainOfTheReference() {
    double weight = 33.6;
    HonestyBound noneByzantine = HonestyBound.reference(7, 0);

    assertThat(reference.honest(weight)).isCloseTo(1.0, within(TENTH));
    assertThat(noneByzantine.honest(weight)).isCloseTo(2.1, within(TENTH));
    assertThat(reference.alwaysAccept()).isCloseTo(-5, within(1e-9));
    assertThat(reference.alwaysReject()).isCloseTo(-2, within(1e-9));
    assertThat(reference.random()).isCloseTo(-3.5, within(1e-9));
    assertThat(reference.inverse(weight)).isCloseTo(-10.0, within(TENTH));
    assertThat(noneByzantine.inverse(weight)).isLessThan(-10);
  }

  @Test
  void shouldNeedAHigherWeightWhereMoreAreByzantine() {
    assertThat(HonestyBound.reference(7, 0.4).weight()).isGreaterThan(reference.weight());
    assertThat(HonestyBound.reference(3, 0.3).weight()).isGreaterThan(reference.weight());
  }
}
