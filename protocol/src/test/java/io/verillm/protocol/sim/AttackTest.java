package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attacks of protocol section 13, played out by the deciding code over sealed events: each must
 * fail for the reason that the table there gives. One case in ten has an attacker as its author,
 * and one seat in ten an attacker as its checker.
 */
class AttackTest {
  private static final int CASES = 240;
  private static final double SHARE = 0.1;

  /** Everything that one run decided. */
  private record Played(SimulationReport report, List<Effect> effects, Set<String> attackers) {
    Stream<Verdict> last() {
      return events(Verdict.class).filter(Verdict::getLast);
    }

    <T> Stream<T> events(Class<T> type) {
      return effects.stream()
          .filter(Effect.Publish.class::isInstance)
          .map(e -> ((Effect.Publish) e).event())
          .filter(type::isInstance)
          .map(type::cast);
    }

    /** Last verdicts about segments that an attacker wrote. */
    List<Verdict> byAttackers() {
      return last().filter(v -> attackers.contains(author(v).getWorker())).toList();
    }

    /** What attackers were judged as checkers. */
    List<VerdictMember> checksOfAttackers() {
      return last()
          .flatMap(v -> v.getMembers().stream())
          .filter(m -> m.getRole() == MemberRole.CHECKER && attackers.contains(m.getWorker()))
          .toList();
    }

    /** Slashes of checkers among the attackers, by kind. */
    Map<String, Long> slashes() {
      return events(SettleCase.class)
          .flatMap(s -> s.getSlashes().stream())
          .filter(s -> attackers.contains(s.getWorker()))
          .collect(Collectors.groupingBy(s -> s.getKind(), Collectors.counting()));
    }

    long refused(Refusal refusal) {
      return effects.stream()
          .filter(e -> e instanceof Effect.Applied a && a.refusal() == refusal)
          .count();
    }
  }

  private static VerdictMember author(Verdict v) {
    return v.getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.AUTHOR)
        .findFirst()
        .orElseThrow();
  }

  private static Played play(String adversary) {
    return play(adversary, SHARE);
  }

  private static Played play(String adversary, double share) {
    SimulationSettings settings =
        SimulationSettings.of(7, CASES, 3).with(0, Map.of(adversary, share));
    KeyRing keys = new StandInKeys(7, alpha -> Optional.empty());
    List<Effect> effects = new ArrayList<>();
    SimulationReport report =
        Simulation.record(
            settings, keys, new SimLog(keys, Simulation.WITNESSES, false), effects::add);
    Set<String> attackers =
        Population.of(settings, Simulation.WORKERS_MIN).values().stream()
            .filter(w -> w.behaviour().name().equals(adversary))
            .map(Worker::id)
            .collect(Collectors.toSet());
    return new Played(report, effects, attackers);
  }

  @ParameterizedTest(name = "shouldRejectSegmentsOfAuthorWho{0}For{1}")
  @CsvSource({
    "bf16, MODEL",
    "int8, MODEL",
    "int4, MODEL",
    "fine-tuned, MODEL",
    "other-model, MODEL",
    "skipped-layers, MODEL",
    "quantised-cache, MODEL",
    "cheap-then-prefill, SAMPLING",
    "wrong-temperature, SAMPLING",
    "few-tokens, SAMPLING",
    "padding, SAMPLING",
    "early-stop, END",
    "wrong-stop, END",
    "author-not-opening, UNAVAILABLE",
    "author-equivocating, UNAVAILABLE"
  })
  void shouldRejectWrongSegmentsForTheirReason(String adversary, String reason) {
    Played played = play(adversary);

    assertThat(played.byAttackers())
        .hasSizeGreaterThan(5)
        .allSatisfy(v -> {
          // A round 2 may fall to a committee with too many attackers; it is never accepted.
          assertThat(v.getOutcome()).isIn(VerdictOutcome.REJECTED, VerdictOutcome.INCONCLUSIVE);
          if (v.getOutcome() == VerdictOutcome.REJECTED) {
            assertThat(v.getReason()).isEqualTo(reason);
          }
        });
    assertThat(played.byAttackers())
        .filteredOn(v -> v.getOutcome() == VerdictOutcome.REJECTED)
        .hasSizeGreaterThan(played.byAttackers().size() * 8 / 10);
    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.slashes()).containsKey("author");
  }

  @Test
  void shouldRejectAnEditedPromptForItsTokensOrTheRowsBehindThem() {
    Played played = play("edited-prompt");

    assertThat(played.byAttackers())
        .hasSizeGreaterThan(5)
        .allSatisfy(v -> {
          assertThat(v.getOutcome()).isEqualTo(VerdictOutcome.REJECTED);
          assertThat(v.getReason()).isIn("INPUT", "MODEL");
        });
  }

  @Test
  void shouldMissOnlyThoseFewWrongRowsThatTheDrawMisses() {
    // 20 % of 40 positions are wrong; 16 of the case's are opened, and one open position is enough.
    Played played = play("few-rows", 0.3);

    double caught =
        (double)
                played.byAttackers().stream()
                    .filter(v -> v.getOutcome() != VerdictOutcome.ACCEPTED)
                    .count()
            / played.byAttackers().size();
    assertThat(caught).isBetween(0.9, 1.0);
    assertThat(played.byAttackers())
        .filteredOn(v -> v.getOutcome() == VerdictOutcome.REJECTED)
        .isNotEmpty()
        .allSatisfy(v -> assertThat(v.getReason()).isEqualTo("MODEL"));
  }

  @ParameterizedTest(name = "{0} is at fault for {1}")
  @CsvSource({
    "always-accept, VOTE",
    "inverse, VOTE",
    "unsure-ballot, VOTE",
    "equivocating, OPENING",
    "copied-commitment, OPENING",
    "other-output, CONTEXT"
  })
  void shouldFindCheckersAtFault(String adversary, String reason) {
    Played played = play(adversary);

    assertThat(played.checksOfAttackers())
        .filteredOn(m -> m.getDecision() != MemberDecision.NONE)
        .hasSizeGreaterThan(20)
        .allSatisfy(m -> {
          assertThat(m.getDecision()).isEqualTo(MemberDecision.FAULT);
          assertThat(m.getReason()).isEqualTo(reason);
        });
    assertThat(played.slashes()).containsOnlyKeys("opening");
    assertThat(played.last()).allSatisfy(AttackTest::isAccepted);
  }

  private static void isAccepted(Verdict verdict) {
    assertThat(verdict.getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
  }

  @ParameterizedTest(name = "{0} loses stake and stops no honest segment")
  @CsvSource({"lazy", "cheap-checker"})
  void shouldContradictCheckersWhoseRowsNobodyShares(String adversary) {
    Played played = play(adversary);

    assertThat(played.checksOfAttackers())
        .filteredOn(m -> m.getRound() == 1)
        .isNotEmpty()
        .allSatisfy(m -> {
          assertThat(m.getDecision()).isEqualTo(MemberDecision.REJECT);
          assertThat(m.getReason()).isEqualTo("MODEL");
        });
    assertThat(played.slashes()).containsOnlyKeys("opening");
    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.report().falseSlashes().mean()).isZero();
    assertThat(played.report().bestDeviationGain()).isNegative();
  }

  @ParameterizedTest(name = "{0} gains nothing")
  @CsvSource({"always-reject", "random", "grief-unsure"})
  void shouldNotLetGriefersGainOrRejectHonestSegments(String adversary) {
    Played played = play(adversary);

    assertThat(played.report().bestDeviationGain()).isNegative();
    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.report().falseSlashes().mean()).isZero();
  }

  @Test
  void shouldNotLetForgedEvidenceRejectHonestSegmentsOrGain() {
    Played played = play("grief-reject");

    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.report().falseSlashes().mean()).isZero();
    assertThat(played.slashes()).containsOnlyKeys("opening");
    assertThat(played.report().bestDeviationGain()).isNegative();
  }

  @Test
  void shouldSlashWhoOpensTheFirstRoundAndNotTheSecond() {
    // Always-reject forces second rounds; here they come from lazy authors of one other behaviour.
    SimulationSettings settings =
        SimulationSettings.of(7, CASES, 3)
            .with(0, Map.of("closed-in-round-two", SHARE, "int4", SHARE));
    SimulationReport report = Simulation.run(settings);

    assertThat(report.payoffs().get("closed-in-round-two").gain()).isNegative();
    assertThat(report.secondRounds()).isPositive();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "not-opening, SILENT, opening",
    "not-voting, SILENT, opening",
    "missing, MISSING, missing"
  })
  void shouldSlashWhoKeepsSomethingBack(String adversary, MemberDecision decision, String kind) {
    Played played = play(adversary);

    assertThat(played.checksOfAttackers())
        .isNotEmpty()
        .allSatisfy(m -> assertThat(m.getDecision()).isEqualTo(decision));
    assertThat(played.slashes()).containsOnlyKeys(kind);
    assertThat(played.last()).allSatisfy(AttackTest::isAccepted);
  }

  @Test
  void shouldCountRepeatedRecordsOnce() {
    Played played = play("repeating");

    assertThat(played.refused(Refusal.DUPLICATE_COMMITMENT)).isPositive();
    assertThat(played.refused(Refusal.DUPLICATE_OPENING)).isPositive();
    assertThat(played.refused(Refusal.DUPLICATE_VOTE)).isPositive();
    assertThat(played.slashes()).isEmpty();
    assertThat(played.last()).allSatisfy(AttackTest::isAccepted);
  }

  @ParameterizedTest(name = "{0} is replaced by another author")
  @CsvSource({"silent-author, missing", "no-final, missing"})
  void shouldReplaceAuthorsThatDoNotDeliver(String adversary, String kind) {
    Played played = play(adversary);

    assertThat(played.last())
        .allSatisfy(v -> assertThat(v.getOutcome()).isNotEqualTo(VerdictOutcome.REJECTED));
    assertThat(played.slashes()).containsOnlyKeys(kind);
    assertThat(played.report().bestDeviationGain()).isNegative();
  }

  @Test
  void shouldNotPayAuthorsThatKeepTheirText() {
    Played played = play("no-text");

    assertThat(played.report().payoffs().get("no-text").author().mean()).isEqualTo(-100);
  }

  @Test
  void shouldNotLetACoalitionOfAuthorsAndCheckersGain() {
    Played played = play("collusion", 0.2);

    // Accepted unexamined only where all three seats fell to the coalition.
    assertThat(played.report().detection().get("collusion").mean()).isGreaterThan(0.9);
    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.report().payoffs().get("collusion").gain()).isNegative();
  }

  @Test
  void shouldNotRejectHonestSegmentsForACapturingCoalition() {
    Played played = play("capture", 0.2);

    assertThat(played.report().falseRejections().mean()).isZero();
    assertThat(played.report().payoffs().get("capture").gain()).isNegative();
  }

  @Test
  void shouldFindEveryAttackOnTheLog() {
    assertThat(LogAttacks.tried(3))
        .hasSize(9)
        .allSatisfy((name, result) -> assertThat(result.found()).as(name + result).isTrue());
  }
}
