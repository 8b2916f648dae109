package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.money.HonestyBound;
import io.verillm.protocol.sim.SignalCrowd.Strategy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  private static final int CASES = 300;

  /** None of them a coalition, for which a run is played twice. */
  private static final Map<String, Double> MIXED =
      Map.of("lazy", 0.1, "int8", 0.1, "grief-reject", 0.1);

  @Test
  void shouldRunTheSameFromTheSameSeedAndOtherwiseFromAnother() {
    SimulationSettings mixed =
        SimulationSettings.of(1, CASES, 3).with(0, MIXED).withFlags(0.1, 0.1);

    SimulationReport first = Simulation.run(mixed);
    SimulationReport again = Simulation.run(mixed);
    SimulationReport other =
        Simulation.run(SimulationSettings.of(2, CASES, 3).with(0, MIXED).withFlags(0.1, 0.1));

    assertThat(again.decisions()).isEqualTo(first.decisions());
    assertThat(again.steps()).isEqualTo(first.steps());
    assertThat(other.decisions()).isNotEqualTo(first.decisions());
  }

  /** A digest of every settlement and balance: it moves with a rule, and with nothing else. */
  @ParameterizedTest(name = "with {0} hand-overs")
  @CsvSource({
    "0, 264a621f1c68e8b84af9fce4f842810b035f381e264eb95b13374aeb97d9909e",
    "1, 6d58f90f6360369cb14b147aa9e029020ae0d2e61d1107a633b274e549747e55"
  })
  void shouldDecideAsItDidWhereNoRuleHasChanged(int handovers, String decisions) {
    Map<String, Double> shares = new TreeMap<>(Map.of("collusion", 0.1));
    List.of(
            "lazy",
            "int8",
            "grief-unsure",
            "disputing",
            "closed-in-round-two",
            "edited-prompt",
            "no-final")
        .forEach(name -> shares.put(name, 0.05));

    SimulationReport report =
        Simulation.run(
            SimulationSettings.of(11, 150, 3)
                .with(0.05, shares)
                .withFlags(0.05, 0.02)
                .withHandovers(handovers));

    assertThat(report.decisions()).isEqualTo(decisions);
  }

  @Test
  void shouldAccuseNobodyAmongHonestWorkersAndPayFeeLessCost() {
    SimulationReport report = Simulation.run(SimulationSettings.of(3, CASES, 3));

    assertThat(report.outcomes()).containsOnly(Map.entry("ACCEPTED", (long) CASES));
    assertThat(report.payoffs().get("honest").checker().mean()).isEqualTo(2);
    assertThat(report.bestDeviation()).isEmpty();
    assertThat(report.secondRounds()).isZero();
  }

  /** A part 2 is drawn from what part 1 leaves of a third: from 51 positions on. */
  @ParameterizedTest(name = "with {0} hand-overs")
  @ValueSource(ints = {0, 1})
  void shouldPlayCasesThatAreLargeEnoughForAPartTwo(int handovers) {
    SimulationReport report =
        Simulation.run(
            SimulationSettings.of(4, CASES, 3)
                .with(0, Map.of("noisy-rows", 0.1))
                .withHandovers(handovers));

    Extent extent = report.extent();
    assertThat(extent.cases()).isEqualTo((handovers + 1L) * CASES);
    assertThat(extent.mean()).isGreaterThan(50);
    assertThat(extent.roomy()).isGreaterThan(extent.cases() / 5);
    assertThat(extent.partTwos()).isPositive();
  }

  /** 500 cases, most of two segments, decide with curves as with keyed hashes under equal draws. */
  @Test
  void shouldDecideWithRealKeysAsWithStandIns() {
    SimulationSettings settings =
        SimulationSettings.usual(5, 275, 3)
            .with(0.1, Map.of("lazy", 0.05, "int8", 0.05, "early-stop", 0.05, "disputing", 0.05))
            .withFlags(0.05, 0.02);
    Map<ByteBuffer, Map<ByteBuffer, Hash>> drawn = new HashMap<>();
    Map<ByteBuffer, Map<ByteBuffer, Hash>> again = new HashMap<>();

    SimulationReport real =
        Simulation.run(
            settings,
            new RealKeys(
                5,
                (alpha, output) ->
                    drawn
                        .computeIfAbsent(withoutRandomness(alpha), name -> new LinkedHashMap<>())
                        .putIfAbsent(ByteBuffer.wrap(alpha), output)));
    SimulationReport standIn =
        Simulation.run(settings, new StandInKeys(5, alpha -> sameDraw(alpha, drawn, again)));

    assertThat(real.outcomes().values().stream().mapToLong(Long::longValue).sum())
        .isGreaterThan(500);
    assertThat(real.secondRounds()).isPositive();
    assertThat(standIn.decisions()).isEqualTo(real.decisions());
    assertThat(standIn.payoffs()).isEqualTo(real.payoffs());
    assertThat(standIn.outcomes()).isEqualTo(real.outcomes());
  }

  /** What is drawn again in a later epoch, as behind a dispute, has the same name: in its turn. */
  private static Optional<Hash> sameDraw(
      byte[] alpha,
      Map<ByteBuffer, Map<ByteBuffer, Hash>> drawn,
      Map<ByteBuffer, Map<ByteBuffer, Hash>> again) {
    ByteBuffer name = withoutRandomness(alpha);
    List<Hash> outputs = List.copyOf(drawn.getOrDefault(name, Map.of()).values());
    if (outputs.isEmpty()) {
      return Optional.empty();
    }
    Map<ByteBuffer, Hash> given = again.computeIfAbsent(name, n -> new HashMap<>());
    return Optional.of(
        given.computeIfAbsent(
            ByteBuffer.wrap(alpha), a -> outputs.get(Math.min(given.size(), outputs.size() - 1))));
  }

  /** Randomness holds seal hashes and so signatures, which differ; a draw is named without it. */
  private static ByteBuffer withoutRandomness(byte[] alpha) {
    boolean ofEpoch = alpha.length > 4 && (alpha[4] == 'c');
    return ByteBuffer.wrap(ofEpoch ? Arrays.copyOf(alpha, alpha.length - Hash.LENGTH) : alpha);
  }

  @Test
  void shouldPayAsTheFormulaSaysAtTheReferencePoint() {
    HonestyBound bound = HonestyBound.reference(7, 0.3);

    Map<Strategy, Estimate> payoffs = SignalGame.play(bound, 33.6, 12_000, 11);

    // Two intervals' half widths: one chance in ten thousand to fail for each.
    assertThat(payoffs.get(Strategy.HONEST).covers(new SignalCrowd(bound).expectedHonest(33.6), 2))
        .as("%s, formula %s", payoffs, new SignalCrowd(bound).expectedHonest(33.6))
        .isTrue();
    assertThat(payoffs.get(Strategy.ALWAYS_ACCEPT).covers(bound.alwaysAccept(), 2)).isTrue();
    assertThat(payoffs.get(Strategy.ALWAYS_REJECT).covers(bound.alwaysReject(), 2)).isTrue();
    assertThat(payoffs.get(Strategy.RANDOM).covers(bound.random(), 2)).isTrue();
    assertThat(payoffs.get(Strategy.INVERSE).covers(bound.inverse(33.6), 2)).isTrue();
    assertThat(new SignalCrowd(bound).expectedHonest(33.6)).isBetween(0.5, bound.honest(33.6));
  }

  @Test
  void shouldRefuseSettingsThatCannotBe() {
    SimulationSettings settings = SimulationSettings.of(1, 1, 3);

    assertThatThrownBy(() -> SimulationSettings.of(1, 0, 3)).hasMessage("cases cannot be 0");
    assertThatThrownBy(() -> SimulationSettings.of(1, 1, 4)).hasMessage("committee cannot be 4");
    assertThatThrownBy(() -> settings.with(0.7, Map.of("lazy", 0.4)))
        .hasMessageContaining("share of adversaries");
    assertThatThrownBy(() -> Simulation.run(settings.with(0, Map.of("clever", 0.1))))
        .hasMessageContaining("no adversary 'clever'");
  }

  @Test
  void shouldFindTheLargestShareWhereTheFormulaTurns() {
    double share = MoneyTables.largestShare(7, 33.6);

    HonestyBound below = HonestyBound.reference(7, share);
    HonestyBound above = HonestyBound.reference(7, share + 0.001);
    assertThat(share).isBetween(0.3, 0.45);
    assertThat(below.honest(33.6)).isPositive();
    assertThat(above.honest(33.6)).isNotPositive();
  }

  @Test
  void shouldCountSecondRoundsAsBinomialsDo() {
    // Three seats, two needed, half dishonest: 4 of 8 outcomes each way.
    assertThat(SecondRound.of(3, 0.5).wrong()).isCloseTo(0.5, within());
    assertThat(SecondRound.of(3, 0.5).inconclusive()).isCloseTo(0, within());
    // Seven seats, five needed: (21 + 7 + 1) / 128 each way.
    assertThat(SecondRound.of(7, 0.5).wrong()).isCloseTo(29.0 / 128, within());
    assertThat(SecondRound.of(7, 0.5).inconclusive()).isCloseTo(70.0 / 128, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-12);
  }
}
