package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Refusal;
import io.verillm.protocol.sim.party.Computation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks of protocol section 13, played out by the deciding code over sealed events: each must
 * fail for the reason that the table there gives. One case in ten has an attacker as its author,
 * and one seat in ten an attacker as its checker.
 *
 * <p>What no draw can change is claimed of every case. What a draw can, such as a committee that
 * falls to attackers, is claimed as a rate: at most as often as {@link Seats} allows.
 */
@Execution(ExecutionMode.CONCURRENT)
class AttackTest {
  private static final long SEED = 7;
  private static final int CASES = 2_000;

  /** Cases with two authors each, beside those that every attack is played in. */
  private static final int HANDED_OVER = 300;

  /** Cases of which three in ten are planted. */
  private static final int FLAGGED = 600;

  private static final double SHARE = 0.1;
  private static final int SEATS = 3;

  /**
   * Attackers as authors alone check honestly, so that none of them disturbs another: they share
   * runs.
   */
  private static final List<List<String>> SHARING =
      List.of(
          List.of("cheap-then-prefill", "wrong-temperature", "few-tokens", "padding", "early-stop"),
          List.of("wrong-stop", "author-not-opening", "author-equivocating", "edited-prompt"),
          List.of("silent-author", "no-final", "no-text"),
          List.of("small-nucleus", "boosted-tokens", "evicted-cache", "shortened-prompt"));

  private static final Map<List<String>, Run> SHARED = new ConcurrentHashMap<>();
  private static final HonestRuns HONEST = new HonestRuns();

  /** What one run decided, as far as a claim asks. */
  private static final class Run {
    private final Map<String, Worker> workers;
    private final List<Verdict> last = new ArrayList<>();
    private final List<CaseSlash> slashes = new ArrayList<>();
    private final List<SettleCase> settled = new ArrayList<>();
    private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
    private final SimulationReport report;

    Run(SimulationSettings settings) {
      workers = Cast.of(settings).workers();
      KeyRing keys = new StandInKeys(settings.seed(), alpha -> Optional.empty());
      SimLog log = new SimLog(keys, Simulation.WITNESSES, false);
      report = Simulation.record(settings, keys, log, this::note, HONEST);
    }

    private void note(Effect effect) {
      if (effect instanceof Effect.Applied applied && applied.refusal() != null) {
        refused.merge(applied.refusal(), 1L, Long::sum);
      } else if (effect instanceof Effect.Publish publish) {
        switch (publish.event()) {
          case Verdict verdict when verdict.getLast() -> last.add(verdict);
          case SettleCase settle -> {
            settled.add(settle);
            slashes.addAll(settle.getSlashes());
          }
          default -> {
            // No claim asks for it.
          }
        }
      }
    }
  }

  /** A run as it went for one kind of attackers. */
  private static final class Played {
    final Set<String> attackers;
    final Seats seats;
    final List<Verdict> last;
    final SimulationReport report;
    private final Run run;

    Played(Run run, String adversary) {
      this.run = run;
      this.last = run.last;
      this.report = run.report;
      this.seats = new Seats(run.workers.size(), SEATS);
      this.attackers =
          run.workers.values().stream()
              .filter(w -> w.behaviour().name().equals(adversary))
              .map(Worker::id)
              .collect(Collectors.toSet());
    }

    /** Last verdicts about segments that an attacker wrote. */
    List<Verdict> byAttackers() {
      return last.stream().filter(v -> attackers.contains(author(v).getWorker())).toList();
    }

    /** What attackers were judged as checkers. */
    List<VerdictMember> checksOfAttackers() {
      return last.stream()
          .flatMap(v -> v.getMembers().stream())
          .filter(m -> m.getRole() == MemberRole.CHECKER && attackers.contains(m.getWorker()))
          .toList();
    }

    /** Slashes of attackers, by kind. */
    Map<String, Long> slashes() {
      return run.slashes.stream()
          .filter(s -> attackers.contains(s.getWorker()))
          .collect(Collectors.groupingBy(CaseSlash::getKind, Collectors.counting()));
    }

    void slashesAttackersAlone(String kind) {
      assertThat(slashes()).containsKey(kind);
      assertThat(run.slashes).allSatisfy(s -> assertThat(attackers).contains(s.getWorker()));
    }

    long refused(Refusal refusal) {
      return run.refused.getOrDefault(refusal, 0L);
    }

    long count(Collection<Verdict> verdicts, VerdictOutcome outcome) {
      return verdicts.stream().filter(v -> v.getOutcome() == outcome).count();
    }

    /** Chance that a first committee has attackers alone. */
    double alone() {
      return seats.chance(attackers.size() - 1, first -> first == SEATS, second -> true);
    }

    /** Chance that attackers decide a second round. */
    double decided(IntPredicate first) {
      return seats.chance(attackers.size() - 1, first, second -> second >= seats.deciding());
    }

    /** Chance that attackers keep a second round from deciding. */
    double blocked() {
      return seats.chance(
          attackers.size() - 1, first -> true, second -> second >= seats.blocking());
    }

    /** Honest segments are rejected only where a second committee falls to those who reject. */
    void rejectsHonestSegmentsAtMostByCapture() {
      Estimate rejected = report.falseRejections();
      double captured =
          seats.chance(attackers.size(), first -> first > 0, second -> second >= seats.deciding());
      assertThat(Math.round(rejected.mean() * rejected.count()))
          .isLessThanOrEqualTo(Seats.most(rejected.count(), captured));
      Estimate slashed = report.falseSlashes();
      // Who was honest loses S_open only in a captured case, at most all of both committees.
      assertThat(Math.round(slashed.mean() * slashed.count()))
          .isLessThanOrEqualTo(
              Seats.most(rejected.count(), captured) * (SEATS + seats.secondRound()));
    }

    /**
     * Attackers whose votes do not count reject nothing. They can stop a decision where too few are
     * left of both committees.
     */
    void stopsHonestSegmentsAtMostByBlocking() {
      int left = SEATS - Seats.twoThirds(SEATS);
      double blocked =
          seats.chance(
              attackers.size(), first -> first > left, second -> second >= seats.blocking());
      assertThat(last)
          .allSatisfy(v ->
              assertThat(v.getOutcome())
                  .isIn(VerdictOutcome.ACCEPTED, VerdictOutcome.INCONCLUSIVE));
      assertThat(count(last, VerdictOutcome.INCONCLUSIVE))
          .isLessThanOrEqualTo(Seats.most(last.size(), blocked));
    }
  }

  private static VerdictMember author(Verdict v) {
    return v.getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.AUTHOR)
        .findFirst()
        .orElseThrow();
  }

  private static Played play(String adversary) {
    return SHARING.stream()
        .filter(group -> group.contains(adversary))
        .findFirst()
        .map(group -> new Played(SHARED.computeIfAbsent(group, AttackTest::run), adversary))
        .orElseGet(() -> play(adversary, SHARE));
  }

  private static Played play(String adversary, double share) {
    return new Played(run(Map.of(adversary, share)), adversary);
  }

  private static Run run(List<String> adversaries) {
    return run(adversaries.stream().collect(Collectors.toMap(name -> name, name -> SHARE)));
  }

  private static Run run(Map<String, Double> shares) {
    return new Run(SimulationSettings.of(SEED, CASES, SEATS).with(0, shares));
  }

  @AfterAll
  static void forget() {
    SHARED.clear();
  }

  /** These attackers check honestly, so every committee sees the same. */
  @ParameterizedTest(name = "shouldRejectSegmentsOfAuthorWho{0}For{1}")
  @CsvSource({
    "few-tokens, SAMPLING",
    "padding, SAMPLING",
    "early-stop, END",
    "wrong-stop, END",
    "author-not-opening, UNAVAILABLE",
    "author-equivocating, UNAVAILABLE",
    "shortened-prompt, UNAVAILABLE",
    "evicted-cache, MODEL"
  })
  void shouldRejectWrongSegmentsForTheirReason(String adversary, String reason) {
    Played played = play(adversary);

    assertThat(played.byAttackers())
        .hasSizeGreaterThan(CASES / 20)
        .allSatisfy(v -> {
          assertThat(v.getOutcome()).isEqualTo(VerdictOutcome.REJECTED);
          assertThat(v.getReason()).isEqualTo(reason);
        });
    assertThat(played.report.falseRejections().mean()).isZero();
    assertThat(played.slashes()).containsOnlyKeys("author");
  }

  /** A text that the model would have written too is no worse for where it came from. */
  @ParameterizedTest(name = "shouldRejectTextsOfAuthorWho{0}")
  @CsvSource({
    "cheap-then-prefill, INT4",
    "wrong-temperature, WRONG_TEMPERATURE",
    "small-nucleus, SMALL_NUCLEUS",
    "boosted-tokens, BOOSTED_TOKENS"
  })
  void shouldMissOnlyThoseTextsThatTheModelWouldHaveWrittenToo(
      String adversary, Computation computation) {
    Played played = play(adversary);
    List<Verdict> written = played.byAttackers();
    double missed = Missed.ownTokens(SEED, computation);

    long accepted = played.count(written, VerdictOutcome.ACCEPTED);
    assertThat(missed).isBetween(0.0, 0.5);
    assertThat(accepted).isLessThanOrEqualTo(Seats.most(written.size(), missed));
    assertThat(written)
        .hasSizeGreaterThan(CASES / 20)
        .filteredOn(v -> v.getOutcome() != VerdictOutcome.ACCEPTED)
        .allSatisfy(v -> {
          assertThat(v.getOutcome()).isEqualTo(VerdictOutcome.REJECTED);
          assertThat(v.getReason()).isEqualTo("SAMPLING");
        });
    assertThat(played.slashes()).containsOnlyKeys("author");
    assertThat(played.report.payoffs().get(adversary).gain().most()).isNegative();
  }

  /** These attackers check as they write: a committee of nothing else agrees with its author. */
  @ParameterizedTest(name = "shouldRejectSegmentsComputedAs{0}")
  @CsvSource({
    "bf16",
    "fp8",
    "int8",
    "int4",
    "fine-tuned",
    "other-model",
    "skipped-layers",
    "quantised-cache"
  })
  void shouldRejectSegmentsOfAnotherModelUnlessACommitteeFalls(String adversary) {
    Played played = play(adversary);
    List<Verdict> written = played.byAttackers();
    int others = played.attackers.size() - 1;
    double alone = played.alone();
    double decided = played.decided(first -> first < SEATS);
    double blocked =
        played.seats.chance(
            others, first -> first < SEATS, second -> second >= played.seats.blocking());

    assertThat(written)
        .hasSizeGreaterThan(CASES / 20)
        .filteredOn(v -> v.getOutcome() == VerdictOutcome.REJECTED)
        .allSatisfy(v -> assertThat(v.getReason()).isEqualTo("MODEL"));
    assertThat(played.count(written, VerdictOutcome.ACCEPTED))
        .isLessThanOrEqualTo(Seats.most(written.size(), alone + decided));
    assertThat(written.size() - played.count(written, VerdictOutcome.REJECTED))
        .isLessThanOrEqualTo(Seats.most(written.size(), alone + blocked));
    played.rejectsHonestSegmentsAtMostByCapture();
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
    Played played = play("few-rows", 0.3);
    List<Verdict> written = played.byAttackers();
    double missed = Missed.fewRows(SEED);

    long accepted = played.count(written, VerdictOutcome.ACCEPTED);
    assertThat(missed).isBetween(0.01, 0.2);
    assertThat(accepted).isLessThanOrEqualTo(Seats.most(written.size(), missed));
    assertThat(written.size() - accepted)
        .isLessThanOrEqualTo(Seats.most(written.size(), 1 - missed));
    assertThat(written)
        .filteredOn(v -> v.getOutcome() != VerdictOutcome.ACCEPTED)
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
    played.stopsHonestSegmentsAtMostByBlocking();
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
    played.rejectsHonestSegmentsAtMostByCapture();
    assertThat(played.report.bestDeviationGain()).isNegative();
  }

  @ParameterizedTest(name = "{0} gains nothing")
  @CsvSource({"always-reject", "random", "grief-unsure"})
  void shouldNotLetGriefersGainOrRejectHonestSegments(String adversary) {
    Played played = play(adversary);

    assertThat(played.report.bestDeviationGain()).isNegative();
    played.rejectsHonestSegmentsAtMostByCapture();
  }

  @Test
  void shouldChargeAuthorsForRowsThatNobodyCanBeSureOf() {
    Played played = play("noisy-rows");

    assertThat(played.byAttackers())
        .hasSizeGreaterThan(CASES / 20)
        .allSatisfy(v -> assertThat(v.getReason()).isEqualTo("UNCONFIRMED"));
    assertThat(played.slashes()).containsOnlyKeys("unconfirmed");
    assertThat(played.report.payoffs().get("noisy-rows").gain().most()).isNegative();
    // Ten checks of each such segment, and all are paid: a fee of 3c and less than that in work.
    assertThat(played.run.settled)
        .filteredOn(s -> s.getOutcome().equals("INCONCLUSIVE"))
        .allSatisfy(s -> assertThat(s.getPayments()).hasSize(10));
  }

  /** Segments this short have no part 2: what is opened for certain, honest checkers doubt. */
  @Test
  void shouldChargeAuthorsForNoiseAtPositionsThatAreAlwaysOpened() {
    Played played = handedOver("edge-noise");
    // Where there is room for a part 2 it shows that all else is right, and round 1 accepts.
    List<Verdict> doubted = played.byAttackers().stream().filter(v -> v.getRound() == 2).toList();

    assertThat(played.byAttackers().size() - doubted.size())
        .isLessThanOrEqualTo((int) played.report.extent().partTwos());
    assertThat(played.count(doubted, VerdictOutcome.ACCEPTED))
        .isLessThanOrEqualTo(
            Seats.most(doubted.size(), played.alone() + played.decided(first -> first < SEATS)));
    assertThat(doubted)
        .hasSizeGreaterThan(HANDED_OVER / 20)
        .filteredOn(v -> v.getOutcome() != VerdictOutcome.ACCEPTED)
        .allSatisfy(v -> assertThat(v.getReason()).isIn("UNCONFIRMED", "NO_TWO_THIRDS"));
    assertThat(doubted)
        .filteredOn(v -> !v.getReason().equals("UNCONFIRMED"))
        .hasSizeLessThanOrEqualTo(
            (int) Seats.most(doubted.size(), played.alone() + played.blocked()));
    played.slashesAttackersAlone("unconfirmed");
    assertThat(played.report.payoffs().get("edge-noise").gain().most()).isNegative();
  }

  /** By chance one of a committee is unsure, and all others are nearly so. */
  @Test
  void shouldChargeAuthorsForNoiseSoNearALimitThatCheckersDiffer() {
    Played played = handedOver("near-limit-noise");
    List<Verdict> doubted = played.byAttackers().stream().filter(v -> v.getRound() == 2).toList();

    assertThat(doubted)
        .hasSizeGreaterThan(HANDED_OVER / 50)
        .filteredOn(v -> !v.getReason().equals("UNCONFIRMED"))
        .hasSizeLessThanOrEqualTo((int) Seats.most(doubted.size(), played.blocked()));
    played.slashesAttackersAlone("unconfirmed");
    assertThat(played.report.payoffs().get("near-limit-noise").gain().most()).isNegative();
  }

  private static Played handedOver(String adversary) {
    SimulationSettings usual = SimulationSettings.usual(SEED, 2 * HANDED_OVER, SEATS);
    return new Played(new Run(usual.with(0, Map.of(adversary, SHARE))), adversary);
  }

  /** Whoever forces a second round pays it, so that a coalition does not gain the seats of it. */
  @ParameterizedTest(name = "{1} of the workers, {0} seats")
  @CsvSource({"3, 0.3", "7, 0.2", "21, 0.1"})
  void shouldNotLetACoalitionFarmSecondRoundsByOneUnsure(int seats, double share) {
    SimulationSettings settings = SimulationSettings.of(SEED, HANDED_OVER, seats);
    Played played =
        new Played(new Run(settings.with(0, Map.of("seat-farming", share))), "seat-farming");

    assertThat(played.last)
        .filteredOn(v -> v.getReason().equals("SECOND_ROUND"))
        .hasSizeGreaterThan(HANDED_OVER / 10);
    played.slashesAttackersAlone("opening");
    assertThat(played.report.payoffs().get("seat-farming").gain().most()).isNegative();
  }

  @Test
  void shouldNotLetFalseUnsureVotesChargeHonestAuthors() {
    Played played = play("grief-unsure", 0.3);
    double captured =
        played.seats.chance(
            played.attackers.size(),
            first -> first > 0,
            second -> second >= played.seats.deciding());

    long charged =
        played.run.slashes.stream().filter(s -> s.getKind().equals("unconfirmed")).count();
    assertThat(charged).isLessThanOrEqualTo(Seats.most(played.last.size(), captured));
    assertThat(played.count(played.last, VerdictOutcome.INCONCLUSIVE)).isGreaterThan(charged);
  }

  @Test
  void shouldTakeMoreFromASacrificedAuthorThanItsSegmentBringsToAll() {
    Played played = play("sacrifice", 0.4);
    long weight = Math.round(100 * SimulationSettings.tableWeight(SEATS));

    assertThat(played.run.settled)
        .filteredOn(s -> s.getOutcome().equals("REJECTED"))
        .hasSizeGreaterThan(CASES / 50)
        .allSatisfy(s ->
            assertThat(s.getSlashes().stream().mapToLong(CaseSlash::getAmount).sum())
                .isGreaterThan(
                    2 * weight * s.getVotes().size()
                        + s.getPayments().stream().mapToLong(CasePayment::getAmount).sum()));
    assertThat(played.run.settled)
        .filteredOn(s -> s.getOutcome().equals("INCONCLUSIVE"))
        .allSatisfy(s -> assertThat(s.getVotes()).isEmpty());
    assertThat(played.report.payoffs().get("sacrifice").gain().most()).isNegative();
  }

  @Test
  void shouldNotLetForgedEvidenceRejectHonestSegmentsOrGain() {
    Played played = play("grief-reject");

    played.rejectsHonestSegmentsAtMostByCapture();
    assertThat(played.slashes()).containsOnlyKeys("opening");
    assertThat(played.report.bestDeviationGain()).isNegative();
  }

  /** Second rounds come from authors of another behaviour. */
  @Test
  void shouldSlashWhoOpensTheFirstRoundAndNotTheSecond() {
    Played played =
        new Played(run(Map.of("closed-in-round-two", SHARE, "int4", SHARE)), "closed-in-round-two");
    List<ByteBuffer> closed =
        played.last.stream()
            .filter(v -> v.getRound() == 2)
            .flatMap(v -> v.getMembers().stream())
            .filter(m -> m.getRole() == MemberRole.CHECKER)
            .filter(m -> played.attackers.contains(m.getWorker()))
            .map(VerdictMember::getTaskId)
            .toList();

    assertThat(closed).hasSizeGreaterThan(20);
    assertThat(played.run.slashes)
        .filteredOn(s -> s.getKind().equals("opening"))
        .extracting(CaseSlash::getTaskId)
        .containsAll(closed);
    assertThat(played.slashes()).containsOnlyKeys("opening");
    assertThat(played.report.payoffs().get("closed-in-round-two").gain().most()).isNegative();
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
    played.stopsHonestSegmentsAtMostByBlocking();
  }

  @Test
  void shouldCountRepeatedRecordsOnce() {
    Played played = play("repeating");

    assertThat(played.refused(Refusal.DUPLICATE_COMMITMENT)).isPositive();
    assertThat(played.refused(Refusal.DUPLICATE_OPENING)).isPositive();
    assertThat(played.refused(Refusal.DUPLICATE_VOTE)).isPositive();
    assertThat(played.slashes()).isEmpty();
    assertThat(played.last).allSatisfy(AttackTest::isAccepted);
  }

  @Test
  void shouldTakeTheBondOfWhoDisputesHonestVerdicts() {
    Played played = play("disputing");

    assertThat(played.last)
        .filteredOn(v -> v.getRound() == 2)
        .hasSizeGreaterThan(CASES / 20)
        .allSatisfy(v -> assertThat(v.getReason()).isEqualTo("SECOND_ROUND"));
    assertThat(played.last).allSatisfy(AttackTest::isAccepted);
    assertThat(played.slashes()).isEmpty();
    assertThat(played.report.payoffs().get("disputing").gain().most()).isNegative();
  }

  @ParameterizedTest(name = "{0} is replaced by another author")
  @CsvSource({"silent-author, missing", "no-final, missing"})
  void shouldReplaceAuthorsThatDoNotDeliver(String adversary, String kind) {
    Played played = play(adversary);

    assertThat(played.last)
        .allSatisfy(v -> assertThat(v.getOutcome()).isNotEqualTo(VerdictOutcome.REJECTED));
    assertThat(played.slashes()).containsOnlyKeys(kind);
    assertThat(played.report.bestDeviationGain()).isNegative();
  }

  @Test
  void shouldNotPayAuthorsThatKeepTheirText() {
    Played played = play("no-text");

    assertThat(played.run.settled)
        .flatExtracting(SettleCase::getPayments)
        .filteredOn(p -> p.getKind().equals("author"))
        .hasSizeGreaterThan(CASES / 2)
        .noneMatch(p -> played.attackers.contains(p.getWorker()));
    assertThat(played.report.payoffs().get("no-text").author().mean()).isLessThan(-100);
  }

  @Test
  void shouldNotLetACoalitionOfAuthorsAndCheckersGain() {
    Played played = play("collusion", 0.2);

    List<Verdict> written = played.byAttackers();
    int others = played.attackers.size() - 1;
    double fallen =
        played.seats.chance(others, first -> first == SEATS, second -> true)
            + played.seats.chance(
                others, first -> first < SEATS, second -> second >= played.seats.deciding());
    assertThat(played.count(written, VerdictOutcome.ACCEPTED))
        .isLessThanOrEqualTo(Seats.most(written.size(), fallen));
    assertThat(played.report.falseRejections().mean()).isZero();
    assertThat(played.report.payoffs().get("collusion").gain().most()).isNegative();
  }

  @Test
  void shouldRejectHonestSegmentsForACoalitionOnlyWhereItCapturesRoundTwo() {
    Played played = play("capture", 0.2);

    played.rejectsHonestSegmentsAtMostByCapture();
    assertThat(played.report.payoffs().get("capture").gain().most()).isNegative();
  }

  /** Whoever plants flags that are not what they say pays for them, alone. */
  @ParameterizedTest(name = "{0} costs its sentinel and nobody else")
  @ValueSource(strings = {"false-flag", "hidden-flag", "hardly-bad-flag"})
  void shouldFineNobodyForAFlagThatIsNotWhatItSays(String adversary) {
    SimulationSettings flagged =
        SimulationSettings.of(SEED, FLAGGED, SEATS)
            .with(0, Map.of(adversary, 0.3))
            .withFlags(0.2, 0.1);
    Played played = new Played(new Run(flagged), adversary);

    assertThat(played.run.slashes)
        .hasSizeGreaterThan(FLAGGED / 50)
        .allSatisfy(s -> assertThat(played.attackers).contains(s.getWorker()));
    assertThat(played.slashes().keySet()).isSubsetOf("bond", "author");
    assertThat(played.report.payoffs().get(adversary).role()).isEqualTo("sentinel");
    assertThat(played.report.payoffs().get(adversary).gain().most()).isNegative();
  }

  /** What its first draw missed nobody has overlooked, whatever friends say that they found. */
  @Test
  void shouldFineNobodyForWhatOnlyFriendsOfTheSentinelSayThatTheyFound() {
    SimulationSettings flagged =
        SimulationSettings.of(SEED, FLAGGED, SEATS)
            .with(0, Map.of("framing-flag", 0.15))
            .withFlags(0.4, 0.1);
    Played played = new Played(new Run(flagged), "framing-flag");

    played.slashesAttackersAlone("opening");
    assertThat(played.report.payoffs().get("framing-flag").gain().most()).isNegative();
  }

  /** A later author checks what was written before it; its vote is in nobody's majority. */
  @ParameterizedTest(name = "{0} gains nothing where answers are handed over")
  @ValueSource(
      strings = {"always-accept", "lazy", "equivocating", "grief-reject", "int8", "collusion"})
  void shouldNotLetReadingAuthorsGainOrRejectWhatTheyRead(String adversary) {
    SimulationSettings usual = SimulationSettings.usual(SEED, HANDED_OVER, SEATS);
    Played played = new Played(new Run(usual.with(0, Map.of(adversary, SHARE))), adversary);

    assertThat(played.checksOfAttackers())
        .filteredOn(VerdictMember::getHandover)
        .hasSizeGreaterThan(HANDED_OVER / 20);
    assertThat(played.byAttackers()).hasSizeGreaterThan(HANDED_OVER / 10);
    played.rejectsHonestSegmentsAtMostByCapture();
    assertThat(played.report.bestDeviationGain()).isNegative();
  }

  @Test
  void shouldFindEveryAttackOnTheLog() {
    SortedMap<String, LogAttacks.Result> tried = LogAttacks.tried(3);

    assertThat(tried)
        .hasSize(13)
        .allSatisfy((name, result) ->
            assertThat(result.ending())
                .as(name + result)
                .isEqualTo(
                    name.equals("witness withholds")
                        ? LogAttacks.Ending.TOLERATED
                        : LogAttacks.Ending.FOUND));
    Map.of(
            "coordinator draws again", "FALSE_DRAW proved",
            "coordinator draws twice", "SECOND_DRAW proved",
            "coordinator changes positions", "deciding again: positions[0].position is",
            "coordinator changes the input", "FALSE_INPUT proved",
            "coordinator decides otherwise", "outcome is REJECTED where the rules give ACCEPTED",
            "coordinator settles otherwise", "deciding again: payments[0].amount is",
            "sealer drops a record", "WRONG_TREE_SIZE; FALSE_SEAL proved",
            "sealer forks the log", "neither closes; FORK proved",
            "sealer's clock is wrong", "2 witnesses refuse; WRONG_CLOCK proved")
        .forEach((name, how) -> assertThat(tried.get(name).how()).as(name).contains(how));
  }

  /** The same checks over what the honest signed. */
  @Test
  void shouldFindNoAttackOnTheLogWhereNobodyActs() {
    assertThat(LogAttacks.tried(FinishedRun.of(3), false))
        .hasSize(11)
        .allSatisfy((name, result) ->
            assertThat(result.ending()).as(name + result).isEqualTo(LogAttacks.Ending.NOT_FOUND));
  }
}
