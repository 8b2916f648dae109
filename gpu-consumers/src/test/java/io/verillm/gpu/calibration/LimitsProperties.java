package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class LimitsProperties {
  @Property
  void shouldPassEveryHonestValueAndOrderItsThresholds(
      @ForAll @LongRange(max = 1L << 31) long honest,
      @ForAll @LongRange(max = 1L << 31) long cheat,
      @ForAll @LongRange(min = 1, max = 1_000) long floor) {
    Limits limits = Limits.between(honest, cheat, floor);

    assertThat(limits.ok()).isGreaterThanOrEqualTo(Math.max(honest, floor));
    assertThat(limits.bad()).isGreaterThanOrEqualTo(limits.ok());
  }

  @Property
  void shouldFailEveryCheatThatIsFarFromHonest(
      @ForAll @LongRange(min = 1, max = 1 << 20) long honest,
      @ForAll @LongRange(min = 1L << 23, max = 1L << 31) long cheat) {
    Limits limits = Limits.between(honest, cheat, 1);

    assertThat(limits.ok()).isEqualTo(4 * honest);
    assertThat(limits.bad()).isLessThan(cheat);
  }

  @Example
  void shouldTakeTheHonestValueWhereFourTimesItReachesTheCheat() {
    assertThat(Limits.between(100, 300, 1)).isEqualTo(new Limits(100, 173, 100, 300));
  }

  @Example
  void shouldTakeTheFloorForHonestNoiseThatNoPairShowed() {
    assertThat(Limits.between(0, 10_000, 25)).isEqualTo(new Limits(100, 1_000, 0, 10_000));
  }
}
