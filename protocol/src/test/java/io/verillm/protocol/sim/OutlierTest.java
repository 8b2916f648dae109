package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutlierTest {
  private static final double SHARE = 0.05;

  /** Honest work that nobody can follow looks like a cheat, in each role as often as it happens. */
  @Test
  void shouldRejectAndSlashHonestWorkAsOftenAsOthersCannotFollowIt() {
    SimulationSettings sound = SimulationSettings.of(12, 600, 3);

    SimulationReport report = Simulation.run(sound.withOutliers(SHARE));

    assertThat(report.falseRejections().covers(SHARE, 2))
        .as("%s", report.falseRejections())
        .isTrue();
    assertThat(report.falseSlashes().covers(SHARE, 2)).as("%s", report.falseSlashes()).isTrue();
    assertThat(report.secondRounds()).isPositive();
    assertThat(report.payoffs().get("honest").author().mean())
        .isLessThan(Simulation.run(sound).payoffs().get("honest").author().mean());
  }
}
