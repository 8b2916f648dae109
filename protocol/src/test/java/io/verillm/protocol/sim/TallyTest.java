package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.events.CaseSlash;
import io.verillm.events.SettleCase;
import io.verillm.protocol.shard.Effect;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What honest workers lose, and what they earn, is what the ledger was told. */
class TallyTest {
  private final Map<String, Long> lost = new TreeMap<>();

  /**
   * Who is of this coalition does nothing honestly, so all harm to the others is to honest work.
   */
  @Test
  void shouldCountEverySlashOfHonestWorkAndEverySegmentThatWasNotAccepted() {
    SimulationSettings settings =
        SimulationSettings.usual(3, 120, 3).with(0, Map.of("capture", 0.4)).withFlags(0.1, 0.1);
    Set<String> honest =
        Cast.of(settings).workers().values().stream()
            .filter(w -> !w.behaviour().isCoalition())
            .map(Worker::id)
            .collect(Collectors.toSet());
    KeyRing keys = new StandInKeys(3, alpha -> Optional.empty());

    SimulationReport report =
        Simulation.record(
            settings,
            keys,
            new SimLog(keys, Simulation.WITNESSES, false),
            effect -> note(effect, honest),
            new HonestRuns());

    assertThat(report.losses()).isEqualTo(lost).containsKeys("opening", "author", "bond");
    long all = lost.values().stream().mapToLong(Long::longValue).sum();
    assertThat(report.falseSlashes().mean() * report.falseSlashes().count())
        .isCloseTo(all, within(1e-6));
    Estimate refused = report.honestNotAccepted();
    assertThat(refused.mean()).isGreaterThan(report.falseRejections().mean());
    assertThat(refused.count()).isEqualTo(report.falseRejections().count());
  }

  private void note(Effect effect, Set<String> honest) {
    if (effect instanceof Effect.Publish publish && publish.event() instanceof SettleCase settle) {
      settle.getSlashes().stream()
          .filter(s -> honest.contains(s.getWorker()))
          .map(CaseSlash::getKind)
          .forEach(kind -> lost.merge(kind, 1L, Long::sum));
    }
  }

  /** It pays itself for the text, so what is left are the generation and three fees of 3c. */
  @Test
  void shouldChargeASentinelForWhatItPlants() {
    int cases = 40;
    SimulationReport report = Simulation.run(SimulationSettings.usual(9, cases, 3).withFlags(0, 1));

    double spent =
        IntStream.range(0, cases)
            .mapToObj(number -> Noise.of(9, 31, number))
            .peek(random -> random.nextDouble())
            .mapToInt(random -> new Script(random.nextInt(Script.COUNT)).tokens())
            .mapToDouble(tokens -> 2.5 * tokens + 9)
            .average()
            .orElseThrow();
    SimulationReport.Payoff honest = report.payoffs().get("honest");
    assertThat(honest.sentinel().count()).isEqualTo(cases);
    assertThat(honest.sentinel().mean()).isCloseTo(-spent, within(0.01));
    assertThat(honest.author()).isEqualTo(Estimate.NONE);
    assertThat(honest.all().mean() * honest.all().count())
        .isCloseTo(
            honest.sentinel().mean() * cases + honest.checker().mean() * honest.checker().count(),
            within(1e-6));
  }
}
