package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HonestRunsTest {
  private static final SimulationSettings USUAL = SimulationSettings.usual(1, 60, 3);

  private final HonestRuns runs = new HonestRuns();
  private final List<String> played = new ArrayList<>();

  @Test
  void shouldPlayOnceWhatSeveralCoalitionsAreSetBeside() {
    beside(USUAL, "collusion", 0.1);
    beside(USUAL, "capture", 0.3);

    assertThat(played).containsExactly("collusion");
  }

  @Test
  void shouldPlayAgainWhereOthersPlantFlagsOrDeviateTooOrASettingDiffers() {
    beside(USUAL, "collusion", 0.1);
    beside(USUAL.withHandovers(0), "capture", 0.1);
    // Members of the one plant flags, as those of the other do not.
    beside(USUAL.withFlags(0.2, 0.1), "sacrifice", 0.1);
    beside(USUAL.withFlags(0.2, 0.1), "grief-unsure", 0.1);
    Cast others = Cast.of(USUAL.with(0, Map.of("edge-noise", 0.1, "int8", 0.1)));
    runs.of(USUAL, others.reformed("edge-noise"), () -> holdings("edge-noise"));

    assertThat(played)
        .containsExactly("collusion", "capture", "sacrifice", "grief-unsure", "edge-noise");
  }

  @Test
  void shouldTellOfACoalitionWhatItsOwnRunTells() {
    SimulationSettings capture = USUAL.with(0, Map.of("capture", 0.3));
    Simulation.run(USUAL.with(0, Map.of("collusion", 0.1)), runs);

    assertThat(Simulation.run(capture, runs).coalitions())
        .isEqualTo(Simulation.run(capture).coalitions())
        .containsOnlyKeys("capture");
  }

  private void beside(SimulationSettings settings, String coalition, double share) {
    SimulationSettings acting = settings.with(0, Map.of(coalition, share));
    runs.of(acting, Cast.of(acting).reformed(coalition), () -> holdings(coalition));
  }

  private Holdings holdings(String coalition) {
    played.add(coalition);
    return new Holdings(Map.of(), Map.of(), 0);
  }
}
