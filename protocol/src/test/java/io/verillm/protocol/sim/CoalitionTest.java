package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoalitionTest {
  private static final int CASES = 300;

  @Test
  void shouldCountWhatFriendsGainByAMembersLoss() {
    Holdings honest = new Holdings(Map.of("a", 10.0, "b", 20.0), Map.of("a", 5L, "b", 15L), 100);
    Holdings acting = new Holdings(Map.of("a", -90.0, "b", 160.0), Map.of("a", 6L, "b", 15L), 60);

    Coalition coalition = Coalition.of(List.of("a", "b"), acting, honest);

    assertThat(coalition.total().mean()).isEqualTo(40);
    assertThat(coalition.gain().mean()).isEqualTo(2);
    // Two members do not tell how members vary.
    assertThat(coalition.gain().hasInterval()).isFalse();
    assertThat(coalition.total().hasInterval()).isFalse();
    assertThat(coalition.treasury()).isEqualTo(-40);
  }

  @Test
  void shouldSetACoalitionBesideTheSameRunWithItsMembersHonest() {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.of(1, CASES, 3).with(0, Map.of("collusion", 0.1, "int8", 0.1)));
    Coalition coalition = report.coalitions().get("collusion");

    assertThat(report.coalitions()).containsOnlyKeys("collusion");
    assertThat(coalition.gain().high()).isNegative();
    assertThat(coalition.total().mean())
        .isCloseTo(coalition.gain().mean() * coalition.gain().count(), within(1e-6));
    assertThat(coalition.total().high()).isNegative().isGreaterThan(coalition.total().mean());
    // Its slashes go there.
    assertThat(coalition.treasury()).isPositive();
    assertThat(report.payoffs().get("collusion").gain()).isEqualTo(coalition.gain());
    assertThat(report.bestDeviationGain())
        .isEqualTo(
            Math.max(
                report.payoffs().get("collusion").gain().most(),
                report.payoffs().get("int8").gain().most()));
  }
}
