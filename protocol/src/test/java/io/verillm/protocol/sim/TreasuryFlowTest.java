package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreasuryFlowTest {
  private final TreasuryFlow.Count count = new TreasuryFlow.Count();

  private void moved(String kind, long units) {
    count.add(
        new Transfer(
            "t/0",
            kind,
            "",
            -1,
            0L,
            List.of(new Posting("treasury", units), new Posting("worker:w-1", -units)),
            ""));
  }

  @Test
  void shouldTellSlashesScoresFeesAndPeerPaymentsApart() {
    moved("fund", 1_000_000);
    moved("settle", 60_000);
    moved("bond", 2_000);
    moved("settle", -9_000);
    moved("peer", 4_000);
    moved("peer", -70_000);

    TreasuryFlow flow = count.of(500);

    assertThat(flow).isEqualTo(new TreasuryFlow(1_240, 80, 180, 1_400));
    assertThat(flow.net()).isCloseTo(-260, within(1e-9));
    assertThat(count.left()).isEqualTo(-13_000);
    assertThat(flow.lasts(2_600)).isCloseTo(10_000, within(1e-6));
  }

  @Test
  void shouldLastForEverWhereNothingIsPaidOut() {
    TreasuryFlow flow = Simulation.run(SimulationSettings.of(4, 100, 3)).treasury();

    assertThat(flow).isEqualTo(new TreasuryFlow(0, 0, 0, 0));
    assertThat(flow.lasts(1)).isInfinite();
  }

  @Test
  void shouldShowThatFlagsArePaidByTheTreasury() {
    TreasuryFlow flow =
        Simulation.run(SimulationSettings.of(4, 300, 3).withFlags(0.2, 0.1)).treasury();

    assertThat(flow.peers()).isPositive();
    assertThat(flow.net()).isNegative();
  }
}
