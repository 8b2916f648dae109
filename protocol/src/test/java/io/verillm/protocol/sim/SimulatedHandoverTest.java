package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CaseVote;
import io.verillm.events.MemberRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.shard.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Answers that are handed over, in the simulation. */
class SimulatedHandoverTest {
  private static final int CASES = 300;

  private final List<Verdict> last = new ArrayList<>();
  private final List<SettleCase> settled = new ArrayList<>();
  private Set<String> deviating = Set.of();

  private SimulationReport play(SimulationSettings settings) {
    deviating =
        Cast.of(settings).workers().values().stream()
            .filter(w -> w.behaviour().cheatsAsAuthor() || w.behaviour().cheatsAsChecker())
            .map(Worker::id)
            .collect(Collectors.toSet());
    KeyRing keys = new StandInKeys(settings.seed(), alpha -> Optional.empty());
    return Simulation.record(
        settings,
        keys,
        new SimLog(keys, Simulation.WITNESSES, false),
        this::note,
        new HonestRuns());
  }

  private void note(Effect effect) {
    if (effect instanceof Effect.Publish publish) {
      switch (publish.event()) {
        case Verdict verdict when verdict.getLast() -> last.add(verdict);
        case SettleCase settle -> settled.add(settle);
        default -> {
          // No claim asks for it.
        }
      }
    }
  }

  /** Who wrote a segment in the end. */
  private static String author(Verdict verdict) {
    return verdict.getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.AUTHOR)
        .map(VerdictMember::getWorker)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  void shouldAcceptAndPayBothSegmentsOfHonestAnswers() {
    SimulationReport report = play(SimulationSettings.usual(3, CASES, 3));

    assertThat(report.outcomes()).containsOnly(Map.entry("ACCEPTED", 2L * CASES));
    // Later authors too: a fee for what they have read.
    assertThat(report.payoffs().get("honest").checker().mean()).isEqualTo(2);
    assertThat(report.payoffs().get("honest").checker().count()).isEqualTo(4L * CASES);
    assertThat(report.payoffs().get("honest").author().count()).isEqualTo(2L * CASES);
    assertThat(report.payoffs().get("honest").author().mean()).isBetween(10.0, 22.0);
    assertThat(report.checks()).isEqualTo(3L * CASES);
  }

  @Test
  void shouldScoreTheSecondAuthorAsACheckerOfTheFirst() {
    play(SimulationSettings.usual(3, CASES, 3));

    assertThat(settled)
        .filteredOn(s -> s.getSegment() == 0)
        .hasSize(CASES)
        .allSatisfy(
            s -> assertThat(s.getVotes()).hasSize(4).filteredOn(v -> !v.getCounts()).hasSize(1));
    for (SettleCase second : settled.stream().filter(s -> s.getSegment() == 1).toList()) {
      assertThat(second.getVotes()).hasSize(3).allMatch(CaseVote::getCounts);
    }
  }

  @Test
  void shouldRejectTheSegmentThatIsWrongAndNoOther() {
    SimulationReport report =
        play(SimulationSettings.usual(5, CASES, 3).with(0, Map.of("few-tokens", 0.2)));

    assertThat(last)
        .hasSize(2 * CASES)
        .allSatisfy(v ->
            assertThat(v.getOutcome())
                .isEqualTo(
                    deviating.contains(author(v))
                        ? VerdictOutcome.REJECTED
                        : VerdictOutcome.ACCEPTED));
    assertThat(report.outcomes().get("REJECTED")).isGreaterThan(CASES / 5);
    assertThat(report.detection().get("few-tokens").count())
        .isEqualTo(report.outcomes().get("REJECTED"));
  }

  @Test
  void shouldLoseOneSegmentToWorkersThatDie() {
    play(SimulationSettings.usual(6, CASES, 3).with(0, Map.of("no-final", 0.4)));
    List<Verdict> expired =
        last.stream().filter(v -> v.getOutcome() == VerdictOutcome.EXPIRED).toList();
    Set<String> behind =
        expired.stream()
            .filter(v -> v.getSegment() == 1)
            .map(Verdict::getRequestId)
            .collect(Collectors.toSet());

    assertThat(behind).hasSizeGreaterThan(10);
    assertThat(last)
        .filteredOn(v -> v.getSegment() == 0 && behind.contains(v.getRequestId()))
        .hasSize(behind.size())
        .allSatisfy(v -> assertThat(v.getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED));
    assertThat(settled)
        .filteredOn(s -> s.getSegment() == 0 && behind.contains(s.getRequestId()))
        .allSatisfy(s -> assertThat(s.getPayments()).anyMatch(p -> p.getKind().equals("author")));
  }

  @Test
  void shouldHandOverAsOftenAsItIsAskedTo() {
    assertThat(play(SimulationSettings.of(7, 60, 3).withHandovers(3)).outcomes())
        .containsOnly(Map.entry("ACCEPTED", 240L));
  }

  @Test
  void shouldLetAFlagsAuthorGoOnAlone() {
    play(SimulationSettings.usual(8, 100, 3).withFlags(0.5, 0.5));

    assertThat(last).hasSize(100).allMatch(v -> v.getSegments() == 1);
  }
}
