package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class CaseClockProperties {
  /** The next epoch: ticks since the one before, and whether the journal moved. */
  record Step(int ticks, boolean spoke) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5_000), Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  private static long after(List<Step> steps) {
    CaseClock clock = new CaseClock();
    long tick = 1_000;
    clock.closed(tick, true);
    for (Step step : steps) {
      tick += step.ticks();
      clock.closed(tick, step.spoke());
    }
    return clock.ticks();
  }

  @Property
  void shouldNeverRunFasterThanSealsOrThanItsLimit(@ForAll("steps") List<Step> steps) {
    long sealed = steps.stream().mapToLong(Step::ticks).sum();
    long spoken = steps.stream().filter(Step::spoke).count();

    assertThat(after(steps)).isBetween(0L, Math.min(sealed, spoken * CaseClock.STEP_TICKS_MAX));
  }

  @Property
  void shouldNeverRunBackwards(@ForAll("steps") List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      assertThat(after(steps.subList(0, i + 1))).isGreaterThanOrEqualTo(after(steps.subList(0, i)));
    }
  }

  @Property
  void shouldCostNobodyMoreThanOneStepHoweverLongAnOutageLasts(
      @ForAll("steps") List<Step> before, @ForAll @IntRange(max = 100_000_000) int outage) {
    List<Step> with = new java.util.ArrayList<>(before);
    with.add(new Step(outage, true));

    assertThat(after(with) - after(before)).isLessThanOrEqualTo(CaseClock.STEP_TICKS_MAX);
  }

  @Property
  void shouldLoseNothingWhenTheJournalComesASealLater(
      @ForAll @IntRange(min = 1, max = 20) int epochs) {
    CaseClock clock = new CaseClock();
    for (int tick = 0; tick <= 2 * epochs; tick++) {
      clock.closed(tick, tick % 2 == 0);
    }

    assertThat(clock.ticks()).isEqualTo(2L * epochs);
  }

  @Example
  void shouldStandStillWhileTheCoordinatorIsSilent() {
    CaseClock clock = new CaseClock();
    clock.closed(0, true);
    for (int tick = 1; tick < 10_000; tick++) {
      clock.closed(tick, false);
    }
    assertThat(clock.ticks()).isZero();

    clock.closed(10_000, true);
    assertThat(clock.ticks()).isEqualTo(CaseClock.STEP_TICKS_MAX);
  }

  @Example
  void shouldBelieveOnlyWordsAboutEpochsThatWereAppliedAndEachOnce() {
    CaseClock clock = new CaseClock();

    assertThat(clock.issued(4, 4)).isFalse();
    assertThat(clock.issued(3, 4)).isTrue();
    assertThat(clock.issued(3, 4)).isFalse();
    assertThat(clock.issued(2, 4)).isFalse();
    assertThat(clock.hasIssued(3)).isTrue();
    assertThat(clock.hasIssued(4)).isFalse();
  }
}
