package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sim.SimulationSettings.Money;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Money that ends; that no account goes below zero is asked behind every transfer of each run. */
class ShortfallTest {
  private static final long SEED = 9;
  private static final int CASES = 200;

  @Test
  void shouldTakeFromAWorkerWhatItHasAndGiveItNoMoreTasks() {
    // Without scores, which take from stakes too.
    SimulationSettings settings =
        SimulationSettings.of(SEED, CASES, 3)
            .withMoney(0, 3)
            .with(0, Map.of("author-not-opening", 0.3));
    double lock = (double) settings.parameters().lock() / Parameters.UNITS_PER_CHECK;

    SimulationReport report = Simulation.run(settings.withHoldings(lock, Money.FUNDING));

    Shortfall shortfall = report.shortfall();
    long slashed = report.outcomes().get("REJECTED");
    // A stake of one lock is lost once; what was drawn before it was locked finds nothing.
    assertThat(shortfall.workers()).isBetween(1L, slashed);
    assertThat(shortfall.workers() * lock + shortfall.slashes())
        .isCloseTo(slashed * lock, within(0.01));
    assertThat(shortfall.locks()).isPositive();
    assertThat(report.outcomes().keySet()).contains("ACCEPTED", "REJECTED", "EXPIRED");
    assertThat(report.falseSlashes().mean()).isZero();
  }

  @Test
  void shouldPayEachInProportionFromATreasuryThatRunsDry() {
    SimulationSettings settings = SimulationSettings.of(SEED, CASES, 3).withFlags(0.1, 0.05);
    double funding = 500;

    SimulationReport rich = Simulation.run(settings);
    SimulationReport poor = Simulation.run(settings.withHoldings(Money.STAKE, funding));

    double needed = -rich.treasury().net() * CASES / 1_000;
    assertThat(rich.shortfall().isNone()).isTrue();
    assertThat(needed).isGreaterThan(2 * funding);
    // The treasury gives all that it has, and what is missing is missing in checkers' pay.
    assertThat(-poor.treasury().net() * CASES / 1_000).isCloseTo(funding, within(0.01));
    assertThat(poor.shortfall().peers() + poor.shortfall().pay())
        .isCloseTo(needed - funding, within(0.01 * needed));
    assertThat(honest(poor)).isLessThan(honest(rich));
    assertThat(poor.shortfall().workers()).isZero();
    assertThat(poor.outcomes()).isEqualTo(rich.outcomes());
  }

  private static double honest(SimulationReport report) {
    return report.payoffs().get("honest").checker().mean();
  }
}
