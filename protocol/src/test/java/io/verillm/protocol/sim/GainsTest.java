package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GainsTest {
  private static SimulationReport play(double byzantine, Map<String, Double> adversaries) {
    return Simulation.run(
        SimulationSettings.of(6, 200, 3).with(byzantine, adversaries).withFlags(0.05, 0.02));
  }

  /** An author that loses 1,000c must not hide what a checker of the same name has. */
  @Test
  void shouldTellTheGainOfTheRoleInWhichItIsLargest() {
    SimulationReport report = play(0, Map.of("int8", 0.1));
    SimulationReport.Payoff int8 = report.payoffs().get("int8");
    SimulationReport.Payoff honest = report.payoffs().get("honest");

    assertThat(int8.role()).isEqualTo("checker");
    assertThat(int8.gain()).isEqualTo(int8.checker().minus(honest.checker()));
    assertThat(int8.gain().mean()).isGreaterThan(int8.author().mean() - honest.author().mean());
  }

  @Test
  void shouldNameTheDeviationWithTheHighestUpperEnd() {
    SimulationReport report = play(0, Map.of("missing", 0.1, "lazy", 0.1, "early-stop", 0.1));

    SimulationReport.Deviation best = report.bestDeviation().orElseThrow();
    assertThat(report.bestDeviationGain()).isEqualTo(best.gain().most());
    assertThat(report.payoffs().values())
        .filteredOn(payoff -> !payoff.role().isEmpty())
        .hasSize(3)
        .allSatisfy(p -> assertThat(p.gain().most()).isLessThanOrEqualTo(best.gain().most()));
  }

  /** A few workers tell no interval, so a mean far below 0 shows nothing. */
  @Test
  void shouldNotSayThatADeviationLosesOfWhichTooLittleWasCounted() {
    SimulationReport few =
        Simulation.run(SimulationSettings.of(6, 10, 3).with(0, Map.of("early-stop", 0.1)));

    assertThat(few.payoffs().get("early-stop").gain().mean()).isLessThan(-500);
    assertThat(few.notShownToLose()).hasSize(1).isEqualTo(few.deviations());
    assertThat(Cells.deviations(few))
        .startsWith("0 of 1 deviations are shown to lose; not shown: early-stop as author, -")
        .endsWith(" (too few) c");
    assertThat(Cells.deviations(play(0, Map.of("early-stop", 0.1))))
        .isEqualTo("1 of 1 deviations are shown to lose");
  }

  @Test
  void shouldMeasureWhoOnlyRepeatsMessagesButNotCountItAsADeviation() {
    // Where nobody is wrong scores are nought, so all checks are paid alike.
    SimulationReport report =
        Simulation.run(SimulationSettings.of(6, 200, 3).with(0, Map.of("repeating", 0.2)));

    assertThat(report.bestDeviation()).isEmpty();
    assertThat(report.payoffs().get("repeating").gain().mean()).isZero();
  }

  @Test
  void shouldTellThatSomebodyHadNoTaskToDeviateIn() {
    SimulationReport report =
        Simulation.run(SimulationSettings.of(6, 1, 3).with(0, Map.of("early-stop", 0.02)));

    assertThat(report.payoffs().get("early-stop").gain()).isEqualTo(Estimate.NONE);
    assertThat(report.bestDeviation()).isEmpty();
    assertThat(SimulationText.lines(report))
        .anyMatch(line -> line.contains("early-stop") && line.endsWith("had no task"));
  }

  @Test
  void shouldRefuseAPopulationWithoutHonestWorkers() {
    assertThatThrownBy(() -> play(0, Map.of("int8", 1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is left to be honest");
    assertThatThrownBy(() -> play(1, Map.of())).hasMessageContaining("is left to be honest");
    assertThatThrownBy(() -> play(0, Map.of("honest", 0.5)))
        .hasMessageContaining("no adversary 'honest'");
  }
}
