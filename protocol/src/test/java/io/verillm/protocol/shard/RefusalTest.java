package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.EpochClosed;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.ParametersSet;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.StakeChanged;
import io.verillm.events.TasksIssued;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One case for each refusal; a refusal without a case fails. */
class RefusalTest {
  private static final TestRequest REQUEST = TestRequest.standard();
  private static final String SPINE = ShardBed.TOPICS.spine();
  private static final String ACCEPTED = ShardBed.TOPICS.accepted();
  private static final String COMMITMENTS = ShardBed.TOPICS.commitments();
  private static final String OPENINGS = ShardBed.TOPICS.openings();
  private static final String VOTES = ShardBed.TOPICS.votes();

  private ShardBed bed = new ShardBed(12);

  /** Each makes a bed of its own and gives the record that must be refused. */
  private final Map<Refusal, Supplier<SignedRecord>> cases = new EnumMap<>(Refusal.class);

  RefusalTest() {
    cases.put(Refusal.UNDECODABLE, () -> bed.log.append(raw(VOTES, "worker:w-01", new byte[] {1})));
    cases.put(
        Refusal.NO_SIGNATURE,
        () -> bed.log.append(raw(VOTES, "", EventCodec.encode(anyVote("w-01")))));
    cases.put(Refusal.UNKNOWN_SIGNER, () -> worker("w-99", VOTES, anyVote("w-99")));
    cases.put(
        Refusal.WRONG_SIGNATURE,
        () -> bed.log.append(raw(VOTES, "worker:w-01", EventCodec.encode(anyVote("w-01")))));
    cases.put(
        Refusal.NOT_THE_SIGNER,
        () -> bed.log.post("worker:w-01", SPINE, new StakeChanged("w-01", 1L, 0L)));
    cases.put(Refusal.WRONG_TOPIC, () -> worker("w-01", COMMITMENTS, anyVote("w-01")));
    cases.put(Refusal.BAD_REGISTRATION, () -> bed.registry("worker:w-01", TestModel.registered()));
    cases.put(
        Refusal.OTHER_SHARD,
        () ->
            bed.log.append(
                TestKeys.signer(Signers.LEDGER)
                    .sign(
                        SPINE,
                        0,
                        new byte[] {0, 0, 0, 1},
                        EventCodec.encode(new StakeChanged("w-01", 1L, 0L)))));
    cases.put(
        Refusal.STALE_STAKE,
        () -> {
          bed.log.post(Signers.LEDGER, SPINE, new StakeChanged("w-01", 1L, 5L));
          return bed.log.post(Signers.LEDGER, SPINE, new StakeChanged("w-01", 2L, 4L));
        });
    cases.put(Refusal.BAD_EPOCH, this::epochFarAhead);
    cases.put(
        Refusal.BAD_REMOVAL,
        () ->
            bed.log.post(
                Signers.SEALER,
                SPINE,
                new WitnessRemoved(
                    0L, "wit-1", 1L, ByteBuffer.allocate(0), ByteBuffer.allocate(64), List.of())));
    cases.put(
        Refusal.NOT_ISSUED,
        () -> bed.log.post(Signers.COORDINATOR, ACCEPTED, new TasksIssued(0, 1_000L)));
    cases.put(
        Refusal.NO_ESCROW, () -> bed.log.post(Signers.COORDINATOR, ACCEPTED, REQUEST.accepted()));
    cases.put(Refusal.DUPLICATE_REQUEST, this::acceptedAgain);
    cases.put(
        Refusal.NO_TERMS,
        () -> {
          bed.grant(REQUEST);
          return accepted(a -> a.setModelId(Wire.buffer(new byte[32])));
        });
    cases.put(
        Refusal.WRONG_PRICE,
        () -> {
          bed.grant(REQUEST);
          return accepted(a -> a.setPrice(TestRequest.PRICE + 1));
        });
    cases.put(
        Refusal.UNKNOWN_TASK,
        () ->
            worker("w-01", COMMITMENTS, commitment(new byte[32], "w-01", CommitmentStep.PREFILL)));
    cases.put(
        Refusal.NOT_YOUR_TASK,
        () ->
            worker("w-02", COMMITMENTS, commitment(authorTask(), "w-02", CommitmentStep.PREFILL)));
    cases.put(
        Refusal.DUPLICATE_COMMITMENT,
        () -> {
          Commitment prefill = commitment(authorTask(), "w-01", CommitmentStep.PREFILL);
          worker("w-01", COMMITMENTS, prefill);
          return worker("w-01", COMMITMENTS, prefill);
        });
    cases.put(
        Refusal.WRONG_STEP,
        () -> worker("w-01", COMMITMENTS, commitment(authorTask(), "w-01", CommitmentStep.FINAL)));
    cases.put(Refusal.LATE, this::lateCommitment);
    cases.put(
        Refusal.BEFORE_CHALLENGE,
        () -> {
          Challenge challenge = challenged();
          return checker(challenge, c -> withRound(c, 2));
        });
    cases.put(
        Refusal.NOT_CHALLENGED,
        () -> checker(challenged(), o -> Opening.newBuilder(o).setSegment(1).build()));
    cases.put(
        Refusal.DUPLICATE_OPENING,
        () -> {
          Challenge challenge = challenged();
          checker(challenge, o -> o);
          return checker(challenge, o -> o);
        });
    cases.put(
        Refusal.WRONG_MODE,
        () -> {
          Challenge challenge = challenged();
          RosterEntry member = challenge.getRoster().getLast();
          return worker(
              member.getWorker(),
              OPENINGS,
              new PrivateOpening(
                  challenge.getRequestId(),
                  0,
                  challenge.getRound(),
                  challenge.getPart(),
                  member.getTaskId(),
                  member.getWorker(),
                  Wire.buffer(new byte[32]),
                  List.of(),
                  Wire.buffer(new byte[16])));
        });
    cases.put(Refusal.DOES_NOT_FIT_SEAL, () -> checker(challenged(), o -> Audits.withSalt(o, 3)));
    cases.put(Refusal.UNKNOWN_REQUEST, bed::dispute);
    cases.put(
        Refusal.NOT_DECIDED,
        () -> {
          challenged();
          return bed.dispute();
        });
    cases.put(
        Refusal.NOT_A_PARTY, () -> decided(() -> bed.dispute("worker:w-01", "stake:w-02", 9)));
    cases.put(
        Refusal.BOND_TOO_SMALL,
        () -> decided(() -> bed.dispute(Signers.REQUESTER, TestRequest.REQUESTER, 9)));
    cases.put(
        Refusal.DUPLICATE_DISPUTE,
        () ->
            decided(() -> {
              bed.dispute();
              return bed.dispute();
            }));
    cases.put(
        Refusal.BOND_DENIED,
        () ->
            decided(() -> {
              bed.dispute();
              bed.close(1);
              bed.bond(false);
              bed.close(1);
              return bed.dispute();
            }));
    cases.put(
        Refusal.NO_SECOND_ROUND,
        () -> {
          for (int i = 7; i <= 12; i++) {
            bed.ready("w-%02d".formatted(i), false);
          }
          return decided(bed::dispute);
        });
    cases.put(Refusal.NOT_DISPUTED, () -> bed.bond(true));
    cases.put(
        Refusal.NOT_FINAL,
        () -> {
          challenged();
          return bed.flag(FlagKind.BAD);
        });
    cases.put(Refusal.NO_FLAG, () -> ended(() -> bed.flag(FlagKind.GOOD)));
    cases.put(
        Refusal.NOT_OWED,
        () ->
            ended(() ->
                worker(
                    "w-01",
                    ShardBed.TOPICS.flags(),
                    TestRequest.standard().flagOpening(FlagKind.BAD))));
    cases.put(Refusal.UNKNOWN_DUTY, () -> duty(event -> TestDuty.set(event, "scoringEpoch", 5L)));
    cases.put(Refusal.BAD_DUTY_PROOF, () -> duty(event -> TestDuty.set(event, "owed", 0)));
    cases.put(
        Refusal.DUPLICATE_DUTY,
        () -> {
          duty(event -> {});
          return worker(
              "w-01", ShardBed.TOPICS.flags(), TestDuty.last(bed).orElseThrow().event("w-01"));
        });
    cases.put(
        Refusal.DUPLICATE_FLAG,
        () ->
            ended(() -> {
              bed.flag(FlagKind.BAD);
              return bed.flag(FlagKind.BAD);
            }));
    cases.put(
        Refusal.TASK_AS_SAID,
        () -> {
          RosterEntry entry = challenged().getRoster().getLast();
          return bed.expose(entry.getWorker(), task -> task);
        });
    cases.put(
        Refusal.NO_VOTE,
        () ->
            worker(
                "w-01",
                VOTES,
                Audits.vote(challenged(), "w-01", VoteDecision.ACCEPT, VoteReason.NONE)));
    cases.put(
        Refusal.DUPLICATE_VOTE,
        () -> {
          Challenge challenge = challenged();
          String checker = challenge.getRoster().getLast().getWorker();
          Vote vote = Audits.vote(challenge, checker, VoteDecision.ACCEPT, VoteReason.NONE);
          worker(checker, VOTES, vote);
          return worker(checker, VOTES, vote);
        });
  }

  @TestFactory
  Iterable<DynamicTest> shouldRefuseByName() {
    return Arrays.stream(Refusal.values())
        .map(r ->
            DynamicTest.dynamicTest(
                r.name(),
                () -> {
                  RefusalTest own = new RefusalTest();
                  assertThat(own.cases).containsKey(r);
                  SignedRecord record = own.cases.get(r).get();
                  own.bed.close(1);
                  assertThat(own.bed.outcome(record)).isEqualTo(r);
                }))
        .toList();
  }

  @Test
  void shouldRefuseAcceptedRequestsOutsideTheirLimits() {
    bed.grant(REQUEST);
    Set<SignedRecord> refused =
        Set.of(
            accepted(a -> a.setRequestId("0190-not-an-id")),
            accepted(a -> a.setRequestId("1900000-0-7000-8000-1")),
            accepted(a -> a.setMaxTokens(0)),
            accepted(a -> a.setMaxTokens(Integer.MAX_VALUE)),
            accepted(a -> a.setPromptLength(4)),
            accepted(a -> a.setSeed(ByteBuffer.allocate(32))),
            accepted(a -> inClear(a).setPromptLength(0)),
            accepted(a -> inClear(a).setPromptLength(Integer.MAX_VALUE)),
            accepted(a -> a.setCheckers(0)),
            accepted(a -> a.setCheckers(Integer.MAX_VALUE)),
            accepted(a -> a.setInputSeal(ByteBuffer.allocate(31))),
            accepted(a -> inClear(a).setPromptHash(ByteBuffer.allocate(31))),
            accepted(a -> a.setModelId(ByteBuffer.allocate(33))));
    bed.close(1);

    assertThat(refused.stream().map(bed::outcome).collect(Collectors.toSet()))
        .containsExactly(Refusal.UNDECODABLE);
    assertThat(bed.shard.view().openCases()).isZero();
  }

  /** As up to version 2 of the event. */
  private static Accepted.Builder inClear(Accepted.Builder accepted) {
    return accepted
        .setInputSeal(ByteBuffer.allocate(0))
        .setPromptHash(Wire.buffer(REQUEST.promptHash()))
        .setPromptLength(REQUEST.prompt());
  }

  @Test
  void shouldLeaveAStepOpenWhoseTagIsNoHash() {
    byte[] task = authorTask();
    worker("w-01", COMMITMENTS, commitment(task, "w-01", CommitmentStep.PREFILL));
    Commitment finish = commitment(task, "w-01", CommitmentStep.FINAL);
    Commitment.Builder bad = Commitment.newBuilder(finish);
    SignedRecord first =
        worker("w-01", COMMITMENTS, bad.setOutputTag(ByteBuffer.allocate(5)).build());
    SignedRecord second =
        worker("w-01", COMMITMENTS, bad.setOutputTag(ByteBuffer.allocate(32)).build());
    bed.close(1);

    assertThat(bed.outcome(first)).isEqualTo(Refusal.WRONG_STEP);
    assertThat(bed.outcome(second)).isNull();
  }

  @Test
  void shouldKeepWhatRunningCasesRestOnAsItWasFirstRegistered() {
    List<SignedRecord> changed =
        List.of(
            model(m -> m.setBoundaries(List.of("block-0", "norm"))),
            model(m -> m.setModelId(ByteBuffer.allocate(32)).setRowType("fp7")),
            model(m -> m.setModelId(ByteBuffer.allocate(32)).setBoundaries(List.of("norm"))),
            model(m -> m.setModelId(ByteBuffer.allocate(32)).setPricePerToken(Long.MAX_VALUE)),
            model(m ->
                m.setModelId(ByteBuffer.allocate(32))
                    .setPricePerToken(1L)
                    .setVocabulary(100_000)
                    .setPositionLimit(349_500)),
            bed.registry(
                Signers.COORDINATOR,
                CalibrationPublished.newBuilder(TestModel.calibration()).setClip(1).build()),
            bed.registry(
                Signers.COORDINATOR,
                CalibrationPublished.newBuilder(TestModel.calibration())
                    .setCalibrationId("test-2")
                    .setMeanOk(-1)
                    .build()),
            bed.registry(
                Signers.COORDINATOR,
                ParametersSet.newBuilder(Parameters.demo().toEvent())
                    .setVersion(9)
                    .setLock(-1)
                    .build()));
    bed.apply();

    assertThat(changed).extracting(bed::outcome).containsOnly(Refusal.BAD_REGISTRATION);
  }

  private SignedRecord model(Consumer<ModelRegistered.Builder> change) {
    ModelRegistered.Builder builder = ModelRegistered.newBuilder(TestModel.registered());
    change.accept(builder);
    return bed.registry(Signers.COORDINATOR, builder.build());
  }

  @Test
  void shouldNeverWaitForRangesThatNoSealerSigned() {
    SignedRecord forged = epochFarAhead();

    assertThat(bed.shard.needs(forged)).isEmpty();
  }

  @Test
  void shouldCountAStakeThatCameBeforeTheCoordinator() {
    List<SignedRecord> early = new ArrayList<>();
    ShardBed later =
        new ShardBed(
            1, log -> early.add(log.post(Signers.LEDGER, SPINE, new StakeChanged("w-02", 7L, 0L))));
    assertThat(later.effects).noneMatch(effect -> isAbout(effect, early.getFirst()));

    later.close(1);

    assertThat(later.effects)
        .filteredOn(effect -> isAbout(effect, early.getFirst()))
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.Applied.class, applied -> assertThat(applied.refusal()).isNull());
  }

  private static boolean isAbout(Effect effect, SignedRecord record) {
    return effect instanceof Effect.Applied applied && applied.record().equals(record);
  }

  @Test
  void shouldRefuseAStakeThatNoLedgerCouldHold() {
    SignedRecord negative = bed.log.post(Signers.LEDGER, SPINE, new StakeChanged("w-01", -1L, 0L));
    SignedRecord huge =
        bed.log.post(Signers.LEDGER, SPINE, new StakeChanged("w-01", Long.MAX_VALUE, 0L));
    bed.apply();

    assertThat(bed.outcome(negative)).isEqualTo(Refusal.UNDECODABLE);
    assertThat(bed.outcome(huge)).isEqualTo(Refusal.UNDECODABLE);
  }

  private static SignedRecord raw(String topic, String signer, byte[] value) {
    byte[] signature = signer.isEmpty() ? new byte[0] : new byte[64];
    return new SignedRecord(topic, 0, -1, new byte[] {1}, value, signer, signature);
  }

  private SignedRecord worker(String id, String topic, SpecificRecord event) {
    return bed.log.post(Signers.worker(id), topic, event);
  }

  private SignedRecord accepted(Consumer<Accepted.Builder> change) {
    Accepted.Builder builder = Accepted.newBuilder(REQUEST.accepted());
    change.accept(builder);
    return bed.log.post(Signers.COORDINATOR, ACCEPTED, builder.build());
  }

  private SignedRecord acceptedAgain() {
    bed.request(REQUEST).turn(1);
    bed.grant(REQUEST);
    return bed.log.post(Signers.COORDINATOR, ACCEPTED, REQUEST.accepted());
  }

  private SignedRecord epochFarAhead() {
    EpochClosed genuine = bed.log.close(1);
    try {
      Seal seal = EventCodec.decode(Wire.bytes(genuine.getSeal()), Seal.class);
      Seal endless =
          Seal.newBuilder(seal)
              .setRanges(
                  seal.getRanges().stream()
                      .map(r -> SealedRange.newBuilder(r).setEnd(Long.MAX_VALUE).build())
                      .toList())
              .build();
      EpochClosed forged =
          EpochClosed.newBuilder(genuine).setSeal(Wire.buffer(EventCodec.encode(endless))).build();
      SignedRecord record = bed.log.post(Signers.SEALER, SPINE, forged);
      bed.log.post(Signers.SEALER, SPINE, genuine);
      return record;
    } catch (io.verillm.schemas.UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }

  private byte[] authorTask() {
    bed.worker("w-01").prefills = false;
    bed.request(REQUEST).turn(1);
    return bed.effects.stream()
        .filter(Effect.Assign.class::isInstance)
        .map(e -> ((Effect.Assign) e).taskId().bytes())
        .findFirst()
        .orElseThrow();
  }

  private SignedRecord lateCommitment() {
    byte[] task = authorTask();
    bed.pass(Parameters.demo().toEvent().getPrefillTicks());
    return worker("w-01", COMMITMENTS, commitment(task, "w-01", CommitmentStep.PREFILL));
  }

  /** Where flags count, behind the last verdict. */
  private SignedRecord ended(Supplier<SignedRecord> then) {
    bed = flagged();
    bed.request(REQUEST);
    while (bed.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      bed.turn(1);
    }
    return then.get();
  }

  private static ShardBed flagged() {
    return new ShardBed(12, Parameters.demo().withFlagTicks(40).withDuties(TestDuty.TERMS));
  }

  /** Where duties run, a worker's proof of what it owes. */
  private SignedRecord duty(Consumer<FlagDuty> change) {
    bed = flagged();
    bed.close(1);
    bed.close(1);
    FlagDuty event = TestDuty.last(bed).orElseThrow().event("w-01");
    change.accept(event);
    return worker("w-01", ShardBed.TOPICS.flags(), event);
  }

  private SignedRecord decided(Supplier<SignedRecord> then) {
    bed.request(REQUEST);
    while (bed.published(Verdict.class).isEmpty()) {
      bed.turn(1);
    }
    return then.get();
  }

  private Challenge challenged() {
    bed.request(REQUEST);
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    return bed.published(Challenge.class).getFirst();
  }

  private SignedRecord checker(
      Challenge challenge, java.util.function.UnaryOperator<Opening> change) {
    TestTask task = bed.tasks.get(Wire.hash(challenge.getRoster().getLast().getTaskId()));
    return worker(task.assign.worker(), OPENINGS, change.apply(task.opening(challenge)));
  }

  private static Opening withRound(Opening opening, int round) {
    return Opening.newBuilder(opening).setRound(round).build();
  }

  private static Commitment commitment(byte[] task, String worker, CommitmentStep step) {
    ByteBuffer tag = step == CommitmentStep.FINAL ? ByteBuffer.allocate(32) : null;
    return new Commitment(Wire.buffer(task), worker, step, ByteBuffer.allocate(32), tag);
  }

  private static Vote anyVote(String worker) {
    return new Vote(
        REQUEST.id(), 0, 1, ByteBuffer.allocate(32), worker, VoteDecision.ACCEPT, VoteReason.NONE);
  }
}
