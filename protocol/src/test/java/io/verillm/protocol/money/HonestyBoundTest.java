package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HonestyBoundTest {
  private static final double THIRD = 1.0 / 3;

  /** Half a unit of the last digit that the table prints. */
  private static final double TENTH = 0.05;

  private final HonestyBound reference = HonestyBound.reference(7, 0.3);

  @Test
  void shouldRecomputeTheWeightsOfTheTable() {
    assertThat(HonestyBound.reference(3, THIRD).weight()).isCloseTo(69, within(0.5));
    assertThat(HonestyBound.reference(7, THIRD).weight()).isCloseTo(39.3, within(TENTH));
    assertThat(reference.weight()).isCloseTo(33.6, within(TENTH));
  }

  @Test
  void shouldAgreeWithTheParametersInForce() {
    assertThat(Parameters.standard().peerWeight()).isEqualTo(6_900);
    assertThat(Parameters.standardOfSeven().peerWeight()).isEqualTo(3_930);
    assertThat(Parameters.standard().peerWeight())
        .isGreaterThanOrEqualTo(
            (long)
                Math.floor(HonestyBound.reference(3, THIRD).weight() * Parameters.UNITS_PER_CHECK));
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
