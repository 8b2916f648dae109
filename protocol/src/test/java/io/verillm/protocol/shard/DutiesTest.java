package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.DutyBegun;
import io.verillm.events.DutyMissed;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.ParametersSet;
import io.verillm.events.RequestSize;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers owe, how they prove it, and what it costs them not to. */
class DutiesTest {
  private static final int TICKS = 200;
  private static final int SLOTS = 3;
  private static final DutyTerms SOME = new DutyTerms(TICKS, SLOTS, 1_500, 1_500);

  /** 100c and the fees of the largest committee. */
  private static final long BOND = 10_000 + 21 * 300;

  private final ShardBed bed = bed(SOME);

  private static ShardBed bed(DutyTerms terms) {
    return new ShardBed(12, Parameters.demo().withFlagTicks(40).withDuties(terms));
  }

  private TestDuty begin() {
    bed.turn(1);
    bed.turn(1);
    return TestDuty.last(bed).orElseThrow();
  }

  private SignedRecord prove(String worker, FlagDuty event) {
    SignedRecord record = bed.log.post(Signers.worker(worker), ShardBed.TOPICS.flags(), event);
    bed.turn(1);
    return record;
  }

  private static int owed(TestDuty duty, String worker) {
    return SLOTS - duty.slots(worker, FlagKind.NONE).size();
  }

  private static String worker(int number) {
    return "w-%02d".formatted(number);
  }

  /** So many requests at once; gives those that were given work. */
  private Set<String> work(int requests) {
    for (int number = 1; number <= requests; number++) {
      bed.request(new TestRequest(number, 4, 6, 3));
    }
    bed.run();
    return bed.tasks.values().stream().map(t -> t.assign.worker()).collect(Collectors.toSet());
  }

  @Test
  void shouldBeginWithTheRandomnessOfItsEpochAndAgainWhenItIsOver() {
    TestDuty first = begin();
    assertThat(first.epoch().number()).isZero();
    bed.pass(TICKS);
    bed.pass(2);

    List<DutyBegun> begun = bed.published(DutyBegun.class);
    assertThat(begun).extracting(DutyBegun::getDutyEpoch).containsExactly(0L, 1L);
    assertThat(begun.get(1).getSeed()).isNotEqualTo(begun.get(0).getSeed());
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldBeginNoneThatNobodyAnswersForWhereWorkersRest() {
    DutyTerms proofsAlone = new DutyTerms(TICKS, SLOTS, 0, 0);
    ShardBed resting =
        new ShardBed(
            12, Parameters.demo().withFlagTicks(40).withWaitTicks(600).withDuties(proofsAlone));
    resting.turn(1);
    resting.pass(3 * TICKS);
    assertThat(resting.published(DutyBegun.class)).as("nobody works").isEmpty();

    resting.request(TestRequest.standard());
    resting.run();
    long workers = resting.tasks.values().stream().map(t -> t.assign.worker()).distinct().count();
    assertThat(owing(resting)).isEqualTo(workers);
    proveAll(resting);
    assertThat(owing(resting)).as("they answer for the next one too").isEqualTo(workers);
    resting.pass(TICKS);
    resting.turn(1);
    assertThat(resting.published(DutyBegun.class)).hasSize(2);
    assertThat(owing(resting)).isEqualTo(workers);
    proveAll(resting);
    assertThat(owing(resting)).as("all is proved, and nobody has worked since").isZero();
    resting.pass(3 * TICKS + DutyTerms.LATE_TICKS_MIN);

    assertThat(resting.published(DutyBegun.class)).hasSize(2);
    assertThat(resting.published(DutyMissed.class)).isEmpty();
    assertThat(ShardBed.bytes(resting.replay(Audits.published(resting.effects))))
        .isEqualTo(ShardBed.bytes(resting.effects));
  }

  /** Where a first request comes after none, its author's PREFILL may be sealed with it. */
  @Test
  void shouldHoldWorkBeforeTheFirstDutyEpochToThatOne() {
    ShardBed resting = resting();

    String author = acceptAndPrefill(resting(), resting, TestRequest.standard());

    assertThat(owing(resting)).isEqualTo(1);
    resting.run();
    resting.pass(3 * TICKS + DutyTerms.LATE_TICKS_MIN);
    assertThat(missed(resting, 0)).contains(author);
    assertThat(ShardBed.bytes(resting.replay(Audits.published(resting.effects))))
        .isEqualTo(ShardBed.bytes(resting.effects));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3 * TICKS + DutyTerms.LATE_TICKS_MIN})
  void shouldHoldWorkAfterAQuietTimeToTheNextDutyEpochAndToNoneThatIsOver(int quiet) {
    ShardBed resting = quiet(quiet);
    assertThat(resting.published(DutyBegun.class)).hasSize(2);
    Set<String> before = workers(resting);

    String author = acceptAndPrefill(quiet(quiet), resting, new TestRequest(2, 4, 6, 3));

    assertThat(before).as("it answers for none of the two before").doesNotContain(author);
    resting.run();
    resting.pass(3 * TICKS + DutyTerms.LATE_TICKS_MIN);
    assertThat(missed(resting, 1)).isEmpty();
    assertThat(missed(resting, 2)).contains(author);
  }

  private static ShardBed resting() {
    DutyTerms proofsAlone = new DutyTerms(TICKS, SLOTS, 0, 0);
    ShardBed resting =
        new ShardBed(
            12, Parameters.demo().withFlagTicks(40).withWaitTicks(600).withDuties(proofsAlone));
    resting.turn(1);
    return resting;
  }

  /** Two duty epochs of which nobody owes anything any more; who worked is gone. */
  private static ShardBed quiet(int ticks) {
    ShardBed resting = resting();
    resting.request(TestRequest.standard());
    resting.run();
    proveAll(resting);
    resting.pass(TICKS);
    resting.turn(1);
    proveAll(resting);
    workers(resting).forEach(worker -> resting.ready(worker, false));
    resting.pass(TICKS + ticks);
    return resting;
  }

  /** Both lie in one seal; who writes is learnt from a twin. */
  private static String acceptAndPrefill(ShardBed twin, ShardBed bed, TestRequest request) {
    twin.request(request);
    twin.turn(1);
    Effect.Assign assign =
        twin.effects.stream()
            .filter(Effect.Assign.class::isInstance)
            .map(Effect.Assign.class::cast)
            .filter(a -> a.requestId().equals(request.id()))
            .findFirst()
            .orElseThrow();
    TestTask task =
        new TestTask(
            assign, request, bed.secrets.nonce(assign.taskId()), bed.worker(assign.worker()));
    bed.request(request);
    SignedRecord prefill =
        bed.log.post(
            Signers.worker(assign.worker()), ShardBed.TOPICS.commitments(), task.prefill());
    bed.turn(1);
    assertThat(bed.outcome(prefill)).isNull();
    return assign.worker();
  }

  private static Set<String> workers(ShardBed bed) {
    return bed.tasks.values().stream().map(t -> t.assign.worker()).collect(Collectors.toSet());
  }

  private static List<String> missed(ShardBed bed, long dutyEpoch) {
    return bed.published(DutyMissed.class).stream()
        .filter(m -> m.getDutyEpoch() == dutyEpoch)
        .map(DutyMissed::getWorker)
        .toList();
  }

  private static long owing(ShardBed bed) {
    return bed.shard.view().owing().getOrDefault(TestModel.ID, 0L);
  }

  private static void proveAll(ShardBed bed) {
    TestDuty duty = TestDuty.last(bed).orElseThrow();
    bed.tasks.values().stream()
        .map(t -> t.assign.worker())
        .distinct()
        .forEach(worker ->
            bed.log.post(Signers.worker(worker), ShardBed.TOPICS.flags(), duty.event(worker)));
    bed.turn(1);
  }

  @Test
  void shouldCostABondForEachFlagThatIsProvedAndMissing() {
    TestDuty duty = begin();
    Set<String> workers = work(4);
    for (String worker : workers) {
      assertThat(bed.outcome(prove(worker, duty.event(worker)))).isNull();
    }
    bed.pass(TICKS + DutyTerms.LATE_TICKS_MIN);

    List<DutyMissed> missed = missed();
    for (String worker : workers) {
      int owed = owed(duty, worker);
      assertThat(missed.stream().filter(m -> m.getWorker().equals(worker)))
          .as(worker)
          .allSatisfy(m -> {
            assertThat(m.getProved()).isTrue();
            assertThat(m.getMissing()).isEqualTo(owed);
            assertThat(m.getAmount()).isEqualTo(owed * BOND);
          })
          .hasSize(Math.min(1, owed));
    }
    assertThat(missed)
        .as("somebody owed something, somebody nothing")
        .hasSizeBetween(1, workers.size() - 1);
  }

  @Test
  void shouldNeverBeCheaperToDenyADutyThanToOwnUp() {
    TestDuty duty = begin();
    Set<String> workers = work(1);
    prove("w-01", duty.event("w-01"));
    bed.pass(TICKS + DutyTerms.LATE_TICKS_MIN);

    assertThat(workers).contains("w-01");
    assertThat(missed().stream().filter(m -> !m.getWorker().equals("w-01")))
        .hasSize(workers.size() - 1)
        .allSatisfy(m -> {
          assertThat(m.getProved()).isFalse();
          assertThat(m.getAmount())
              .isEqualTo(SLOTS * BOND)
              .isGreaterThanOrEqualTo(owed(duty, m.getWorker()) * BOND);
        });
  }

  /** Such as one that died and could not say so. */
  @Test
  void shouldTakeNothingFromWhoIsReadyAndDoesNothing() {
    begin();
    Set<String> workers = work(1);
    bed.pass(TICKS + DutyTerms.LATE_TICKS_MIN);

    assertThat(missed())
        .extracting(DutyMissed::getWorker)
        .hasSizeBetween(1, 11)
        .containsExactlyInAnyOrderElementsOf(workers);
  }

  /** It knows what it would owe as soon as the seed is there, and leaves. */
  @Test
  void shouldHoldWhoWorkedToWhatItOwesInTheNextDutyEpochAndToNoMore() {
    begin();
    Set<String> workers = work(1);
    workers.forEach(worker -> bed.ready(worker, false));
    bed.pass(3 * TICKS + DutyTerms.LATE_TICKS_MIN + 40);

    for (long number = 0; number < 2; number++) {
      assertThat(missed(number))
          .as("duty epoch %d", number)
          .extracting(DutyMissed::getWorker)
          .containsExactlyInAnyOrderElementsOf(workers);
    }
    assertThat(bed.published(DutyBegun.class)).hasSizeGreaterThan(2);
    bed.pass(3 * TICKS);
    assertThat(missed(2)).isEmpty();
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldHearAProofOnceFromItsWorkerAndOnlyOfWhatItProves() {
    TestDuty duty = begin();
    FlagDuty forged = duty.event("w-01");
    TestDuty.set(forged, "sentinel", "w-02");
    FlagDuty denied = duty.event("w-01");
    TestDuty.set(denied, "owed", denied.getOwed() + 1);
    FlagDuty stale = duty.event("w-01");
    TestDuty.set(stale, "scoringEpoch", 7L);
    FlagDuty elsewhere = duty.event("w-01");
    TestDuty.set(elsewhere, "shard", 1);
    FlagDuty cut = duty.event("w-01");
    TestDuty.set(cut, "proof", Wire.buffer(duty.proof("w-01", 0).bytes()));

    assertThat(bed.outcome(prove("w-02", forged))).isEqualTo(Refusal.BAD_DUTY_PROOF);
    assertThat(bed.outcome(prove("w-03", duty.event("w-01")))).isEqualTo(Refusal.NOT_THE_SIGNER);
    assertThat(bed.outcome(prove("w-01", denied))).isEqualTo(Refusal.BAD_DUTY_PROOF);
    assertThat(bed.outcome(prove("w-01", stale))).isEqualTo(Refusal.UNKNOWN_DUTY);
    assertThat(bed.outcome(prove("w-01", elsewhere))).isEqualTo(Refusal.OTHER_SHARD);
    assertThat(bed.outcome(prove("w-01", cut))).isEqualTo(Refusal.BAD_DUTY_PROOF);
    assertThat(bed.outcome(prove("w-01", duty.event("w-01")))).isNull();
    assertThat(bed.outcome(prove("w-01", duty.event("w-01")))).isEqualTo(Refusal.DUPLICATE_DUTY);
  }

  @Test
  void shouldBeginForNobodyButTheCoordinatorAndAsItsRulesSay() {
    TestDuty duty = begin();
    DutyBegun again = bed.published(DutyBegun.class).getLast();
    SignedRecord byWorker = bed.log.post(Signers.worker("w-01"), ShardBed.TOPICS.flags(), again);
    SignedRecord twice = bed.log.post(Signers.COORDINATOR, ShardBed.TOPICS.flags(), again);
    bed.turn(1);

    assertThat(duty.epoch().number()).isEqualTo(again.getDutyEpoch());
    assertThat(bed.outcome(byWorker)).isEqualTo(Refusal.NOT_THE_SIGNER);
    assertThat(bed.outcome(twice)).isEqualTo(Refusal.NOT_ISSUED);
  }

  @Test
  void shouldNameWhyAClaimGivesItsSentinelNoRequest() {
    TestDuty duty = begin();
    String sentinel = null;
    for (int number = 1; number <= 12 && sentinel == null; number++) {
      boolean mixed =
          !duty.slots(worker(number), FlagKind.NONE).isEmpty() && owed(duty, worker(number)) > 0;
      sentinel = mixed ? worker(number) : null;
    }
    assertThat(sentinel).as("one that owes something, but not everywhere").isNotNull();
    int nothing = duty.slots(sentinel, FlagKind.NONE).getFirst();
    int owed = nothing == 0 ? firstOwed(duty, sentinel) : 0;
    FlagClaim stranger = duty.claim(sentinel, owed);
    TestDuty.set(stranger, "sentinel", "w-99");
    FlagClaim stolen = duty.claim(sentinel, owed);
    TestDuty.set(stolen, "sentinel", sentinel.equals("w-01") ? "w-02" : "w-01");
    FlagClaim past = duty.claim(sentinel, owed);
    TestDuty.set(past, "dutyEpoch", 3L);

    assertThat(TestDuty.fault(bed, duty.claim(sentinel, owed))).isEmpty();
    assertThat(TestDuty.fault(bed, stranger)).contains(ClaimFault.UNKNOWN_SENTINEL);
    assertThat(TestDuty.fault(bed, past)).contains(ClaimFault.UNKNOWN_SENTINEL);
    assertThat(TestDuty.fault(bed, stolen)).contains(ClaimFault.BAD_PROOF);
    assertThat(TestDuty.fault(bed, duty.claim(sentinel, nothing))).contains(ClaimFault.NOT_OWED);
  }

  private static int firstOwed(TestDuty duty, String worker) {
    return java.util.stream.IntStream.range(0, SLOTS)
        .filter(slot -> duty.owed(worker, slot) != FlagKind.NONE)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldCountOneOpenedFlagAsOneDutyMet() {
    ShardBed flagged = bed(new DutyTerms(TICKS, 1, 10_000, 0));
    flagged.worker("w-01").noise = 1_000_000;
    flagged.request(TestRequest.standard());
    while (flagged.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      flagged.turn(1);
    }
    TestDuty duty = TestDuty.last(flagged).orElseThrow();
    String author = flagged.authorOf(TestRequest.standard().id());
    SignedRecord opened = flagged.flag(FlagKind.BAD);
    flagged.turn(1);
    flagged.turn(1);
    assertThat(flagged.outcome(opened)).isNull();
    assertThat(TestDuty.fault(flagged, duty.claim(author, 0))).contains(ClaimFault.ALREADY_PLANTED);
    flagged.log.post(Signers.worker(author), ShardBed.TOPICS.flags(), duty.event(author));
    flagged.pass(TICKS + DutyTerms.LATE_TICKS_MIN);

    assertThat(ShardBed.published(flagged.effects, DutyMissed.class))
        .filteredOn(m -> m.getDutyEpoch() == 0)
        .extracting(DutyMissed::getWorker)
        .containsExactlyInAnyOrderElementsOf(
            flagged.tasks.values().stream()
                .map(t -> t.assign.worker())
                .filter(w -> !w.equals(author))
                .toList());
  }

  /** A requester and an author seal BAD and cheat for nothing. */
  @Test
  void shouldNotCountABadFlagThatNobodyOwes() {
    ShardBed honest = bed(new DutyTerms(10_000, 1, 0, 10_000));
    honest.worker("w-01").noise = 1_000_000;
    honest.request(TestRequest.standard());
    while (honest.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      honest.turn(1);
    }
    String author = honest.authorOf(TestRequest.standard().id());
    FlagOpening opening = TestRequest.standard().flagOpening(FlagKind.BAD);
    TestDuty.last(honest).orElseThrow().owe(opening, author, 0);
    SignedRecord unowed = honest.log.post(Signers.worker(author), ShardBed.TOPICS.flags(), opening);
    SignedRecord unproved = honest.flag(FlagKind.BAD);
    honest.turn(1);

    assertThat(honest.outcome(unowed)).as("it owes a GOOD one").isEqualTo(Refusal.NOT_OWED);
    assertThat(honest.outcome(unproved)).isEqualTo(Refusal.NOT_OWED);
    honest.pass(80);
    assertThat(ShardBed.published(honest.effects, SettleCase.class).getFirst().getSlashes())
        .as("slashed like anybody")
        .anySatisfy(slash -> assertThat(slash.getKind()).isEqualTo("author"));
  }

  /** Such as one checker, who fines nobody and is fined by nobody. */
  @Test
  void shouldNotCountAFlagThatAsksForLessThanOthersAskFor() {
    ShardBed flagged = bed(new DutyTerms(10_000, 1, 10_000, 0));
    TestRequest cheap = new TestRequest(1, 4, 56, 1);
    flagged.worker("w-01").noise = 1_000_000;
    flagged.request(cheap);
    while (flagged.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      flagged.turn(1);
    }
    String author = flagged.authorOf(cheap.id());
    SignedRecord opened = flagged.flag(author, FlagKind.BAD);
    flagged.turn(1);

    assertThat(flagged.outcome(opened)).isEqualTo(Refusal.NOT_OWED);
    assertThat(TestDuty.fault(flagged, TestDuty.last(flagged).orElseThrow().claim(author, 0)))
        .as("the duty is open still")
        .isEmpty();
  }

  @Test
  void shouldClaimNothingForARequestThatAsksForLessOrALargerCommittee() {
    ShardBed some = bed(new DutyTerms(TICKS, 1, 5_000, 5_000));
    some.turn(1);
    for (int number = 1; number <= 3; number++) {
      some.request(new TestRequest(number, 4, 6, 5));
    }
    some.run();
    some.pass(TICKS);
    some.turn(1);
    TestDuty duty = new TestDuty(DutyEpoch.of(some.published(DutyBegun.class).get(1)));
    FlagClaim claim = duty.claim("w-01", 0);

    assertThat(duty.epoch().asked())
        .containsExactly(new RequestSize(Wire.buffer(TestModel.ID), 5, 0, 64, 3));
    assertThat(fault(some, claim, 5, 64)).isEmpty();
    assertThat(fault(some, claim, 5, 100)).isEmpty();
    assertThat(fault(some, claim, 3, 64)).contains(ClaimFault.NOT_OWED);
    assertThat(fault(some, claim, 7, 64)).contains(ClaimFault.NOT_OWED);
    assertThat(fault(some, claim, 5, 63)).contains(ClaimFault.NOT_OWED);
    assertThat(ShardBed.bytes(some.replay(Audits.published(some.effects))))
        .isEqualTo(ShardBed.bytes(some.effects));
  }

  /** Such as one of the first version, which tells nothing of what was asked for. */
  @Test
  void shouldGoOnFromAnAnnouncementThatCountedOtherwise() {
    ShardBed some = bed(new DutyTerms(TICKS, 1, 5_000, 5_000));
    some.turn(1);
    some.request(new TestRequest(1, 4, 6, 5));
    some.run();
    some.announced = event -> DutyBegun.newBuilder(event).setAsked(List.of()).build();
    some.pass(TICKS);
    some.turn(1);
    some.pass(TICKS);
    some.turn(1);

    List<DutyBegun> begun = some.published(DutyBegun.class);
    assertThat(begun).extracting(DutyBegun::getDutyEpoch).containsExactly(0L, 1L, 2L);
    assertThat(begun.get(1).getAsked()).isNotEmpty();
    FlagClaim claim = new TestDuty(DutyEpoch.of(begun.get(2))).claim("w-01", 0);
    assertThat(fault(some, claim, 3, 8)).isEmpty();
  }

  @Test
  void shouldTakeNoAnnouncementOfOtherRates() {
    ShardBed some = bed(new DutyTerms(TICKS, 1, 5_000, 5_000));
    some.announced = event -> DutyBegun.newBuilder(event).setBadFlags(10_000).build();
    some.turn(1);
    some.turn(1);
    some.pass(TICKS);
    some.turn(1);

    assertThat(some.published(DutyBegun.class)).hasSize(1);
  }

  @Test
  void shouldAskForNoSizeThatCannotBeAcceptedAnyMore() {
    ShardBed some = bed(new DutyTerms(TICKS, 1, 5_000, 5_000));
    some.turn(1);
    some.request(new TestRequest(1, 4, 6, 5));
    some.request(new TestRequest(2, 4, 6, 3));
    some.run();
    ParametersSet now = some.shard.registry().parameters().orElseThrow();
    Parameters demo = Parameters.of(now);
    assertThat(demo.slashLeft(5, 0)).isNotNegative();
    some.registry(
        Signers.COORDINATOR,
        ParametersSet.newBuilder(now)
            .setVersion(now.getVersion() + 1)
            .setSlashAuthor(now.getSlashAuthor() - demo.slashLeft(3, 0))
            .build());
    some.pass(TICKS);
    some.turn(1);

    assertThat(some.published(DutyBegun.class).get(1).getAsked())
        .extracting(RequestSize::getCheckers)
        .containsExactly(3);
  }

  @Test
  void shouldNotCountWhatWasAskedForWhileNoDutiesRan() {
    ShardBed some = bed(DutyTerms.NONE);
    some.request(new TestRequest(1, 4, 6, 5));
    some.run();
    ParametersSet now = some.shard.registry().parameters().orElseThrow();
    some.registry(
        Signers.COORDINATOR,
        ParametersSet.newBuilder(now)
            .setVersion(now.getVersion() + 1)
            .setDutyTicks(TICKS)
            .setFlagSlots(1)
            .setBadFlags(5_000)
            .setGoodFlags(5_000)
            .build());
    some.turn(1);
    some.turn(1);

    assertThat(some.published(DutyBegun.class))
        .singleElement()
        .satisfies(begun -> assertThat(begun.getAsked()).isEmpty());
  }

  private static Optional<ClaimFault> fault(
      ShardBed bed, FlagClaim claim, int checkers, int maxTokens) {
    return bed.shard.fault(claim, TestDuty.asking(checkers, maxTokens));
  }

  /** Four requests of which a half shall be flags, so two for the workers that there were. */
  @Test
  void shouldOweAShareOfTheRequestsThatWereAcceptedBefore() {
    ShardBed shared = bed(new DutyTerms(TICKS, 1, 500, 500).withShare(5_000));
    shared.turn(1);
    for (int number = 1; number <= 4; number++) {
      shared.request(new TestRequest(number, 4, 6, 3));
    }
    shared.run();
    long workers = shared.tasks.values().stream().map(t -> t.assign.worker()).distinct().count();
    shared.pass(TICKS);
    shared.pass(2 * TICKS);

    assertThat(shared.published(DutyBegun.class))
        .extracting(DutyBegun::getSlots)
        .startsWith(1, (int) Math.ceilDiv(4 * 5_000, workers * 1_000), 1);
    assertThat(ShardBed.bytes(shared.replay(Audits.published(shared.effects))))
        .isEqualTo(ShardBed.bytes(shared.effects));
  }

  private List<DutyMissed> missed() {
    return missed(0);
  }

  private List<DutyMissed> missed(long dutyEpoch) {
    return bed.published(DutyMissed.class).stream()
        .filter(m -> m.getDutyEpoch() == dutyEpoch)
        .toList();
  }
}
