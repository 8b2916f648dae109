package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import io.verillm.events.OutputReady;
import io.verillm.events.ParametersSet;
import io.verillm.events.PrivateResult;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Task;
import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.privacy.PrivateResults;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Catalogue CATALOGUE = CoordinatorBed.CATALOGUE;
  private static final int[] OUTPUT = {65, 66, 67};

  private CoordinatorBed bed = new CoordinatorBed().registered();

  private Task accepted() {
    bed.worker("w-01").worker("w-02");
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true);
    return bed.sent(CATALOGUE.tasks("w-01"), Task.class).getFirst();
  }

  private void commit(String signer, String worker, Task task, CommitmentStep step, Hash tag) {
    ByteBuffer sealed = ByteBuffer.allocate(32);
    bed.send(
        CATALOGUE.commitments(),
        signer,
        RecordKeys.task(Wire.hash(task.getTaskId())),
        new Commitment(
            task.getTaskId(), worker, step, sealed, tag == null ? null : Wire.buffer(tag)));
  }

  private void tokens(
      String signer, Task task, String worker, int sequence, TokensFinish finish, int... ids) {
    bed.send(
        CATALOGUE.tokens(),
        signer,
        RecordKeys.task(Wire.hash(task.getTaskId())),
        tokensOf(task.getTaskId(), worker, sequence, finish, ids));
  }

  private static Tokens tokensOf(
      ByteBuffer task, String worker, int sequence, TokensFinish finish, int... ids) {
    List<Integer> list = Arrays.stream(ids).boxed().toList();
    return new Tokens(task, worker, sequence, 4, list, finish);
  }

  private static Hash tag(Task task, int... ids) {
    return Digests.outputTag(
        Digests.outputHash(ids), FinishReason.EOS, Wire.bytes(task.getNonce()));
  }

  private List<OutputReady> ready() {
    return bed.sent(CATALOGUE.accepted(), OutputReady.class);
  }

  @Test
  void shouldReserveOnceHoweverOftenTheSameBytesCome() {
    bed.request(TestRequests.request(1));
    bed.request(TestRequests.request(1));

    assertThat(bed.sent(CATALOGUE.ledgerCommands(), ReserveEscrow.class)).hasSize(1);
    assertThat(bed.deadLetters()).isEmpty();
  }

  /** Its requester was told so, and may have given the funds to another request. */
  @Test
  void shouldNotReserveAgainForARequestWhoseEscrowWasDenied() {
    bed.worker("w-01");
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), false);

    bed.request(TestRequests.request(1));
    bed.restart();
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true);

    assertThat(bed.sent(CATALOGUE.ledgerCommands(), ReserveEscrow.class)).hasSize(1);
    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).isEmpty();
    assertThat(bed.sent(CATALOGUE.results(), Result.class))
        .extracting(Result::getReason)
        .containsExactly("ESCROW_DENIED");
  }

  @Test
  void shouldNotReserveForARefusedRequestThatWouldBeAdmittedNow() {
    CoordinatorBed early = new CoordinatorBed();
    early.request(TestRequests.request(1));
    early.registered();

    early.request(TestRequests.request(1));
    early.restart();
    early.request(TestRequests.request(1));
    early.request(TestRequests.request(2));

    assertThat(early.sent(CATALOGUE.results(), Result.class))
        .extracting(Result::getReason)
        .containsExactly("UNKNOWN_MODEL");
    assertThat(early.sent(CATALOGUE.ledgerCommands(), ReserveEscrow.class))
        .extracting(ReserveEscrow::getRequestId)
        .containsExactly(TestRequests.id(2));
  }

  @Test
  void shouldAcceptAndGiveTheTaskToAnAuthorThatCannotTellWhatItIs() {
    Task task = accepted();

    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).hasSize(1);
    assertThat(task.getContext()).containsExactly(87, 104, 121, 63);
    assertThat(task.getPositionLimit()).isEqualTo(CoordinatorBed.POSITIONS);
    assertThat(Integer.bitCount(EventCodec.encode(task).length)).isEqualTo(1);
    assertThat(bed.sent(CATALOGUE.results(), Result.class))
        .extracting(Result::getKind)
        .containsExactly(ResultKind.STARTED);
  }

  /** Whoever has a task reads what is accepted too. */
  @Test
  void shouldSealWhatAWorkerCouldFindItsTaskBy() {
    Task task = accepted();
    Accepted accepted = bed.sent(CATALOGUE.accepted(), Accepted.class).getFirst();
    RequestInput input = bed.secrets().input(TestRequests.id(1)).orElseThrow();

    assertThat(accepted.getPromptHash().remaining() + accepted.getSeed().remaining()).isZero();
    assertThat(accepted.getPromptLength() + accepted.getTopK()).isZero();
    assertThat(accepted.getTemperature() + accepted.getTopP()).isZero();
    assertThat(InputSeal.open(accepted, input)).isPresent();
    assertThat(input.getSeed()).isEqualTo(task.getSeed());
    assertThat(input.getSalt()).as("a worker could try").isNotEqualTo(task.getPromptSalt());
  }

  @Test
  void shouldWaitForAWorkerAndThenStart() {
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true);
    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).isEmpty();

    bed.worker("w-01");

    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).hasSize(1);
  }

  /** Deciding would refuse it, and an author would work for nothing. */
  @Test
  void shouldNotStartWhatWasReservedByOtherFees() {
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true);
    Parameters dearer =
        Parameters.of(Parameters.demo().peerWeight(), 2 * Parameters.demo().flatFee(), 3);
    bed.parameters(ParametersSet.newBuilder(dearer.toEvent()).setVersion(2).build());
    bed.worker("w-01");
    bed.request(TestRequests.request(2));
    bed.escrow(TestRequests.id(2), true);

    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class))
        .extracting(Accepted::getRequestId)
        .containsExactly(TestRequests.id(2));
  }

  @Test
  void shouldKnowNothingOfAShardThatItTookUntilThatWasReplayed() {
    bed.closeEpoch(1_000);
    assertThat(bed.backlog.unknown()).isZero();
    assertThat(bed.backlog.isKnown()).isTrue();

    bed.restart();
    assertThat(bed.backlog.unknown()).isEqualTo(1);
    assertThat(bed.backlog.isKnown()).isFalse();

    bed.closeEpoch(2_000);
    assertThat(bed.backlog.unknown()).isZero();
  }

  /** Else it would collect segments without a PREFILL, and sacrifice them all for one lock. */
  @Test
  void shouldGiveNobodyMoreSegmentsThanItsStakeAnswersFor() {
    long lock = Parameters.demo().lock();
    bed.worker("w-01", "op-1", 2 * lock);
    for (int number = 1; number <= 3; number++) {
      bed.request(TestRequests.request(number));
      bed.escrow(TestRequests.id(number), true);
    }
    bed.closeEpoch(1_000);
    List<Task> tasks = bed.sent(CATALOGUE.tasks("w-01"), Task.class);
    assertThat(tasks).hasSize(2);

    commit("worker:w-01", "w-01", tasks.getFirst(), CommitmentStep.PREFILL, null);
    bed.closeEpoch(2_000);

    assertThat(bed.sent(CATALOGUE.tasks("w-01"), Task.class)).hasSize(3);
  }

  @Test
  void shouldWaitForAWholeCommitteeWhereWorkersRestAndSayWhatWaits() {
    bed = new CoordinatorBed().registered(Parameters.demo().withWaitTicks(3_600));
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true);
    // More than seats, but none of them may check another's work.
    for (String worker : List.of("w-01", "w-02", "w-03", "w-04")) {
      bed.worker(worker, "one pool");
    }
    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).isEmpty();
    bed.closeEpoch(1_000);
    Backlog.Figures waiting = bed.backlog.of(CoordinatorBed.MODEL);

    bed.worker("w-05");
    bed.closeEpoch(2_000);

    assertThat(waiting.waiting()).isEqualTo(1);
    assertThat(waiting.open()).isEqualTo(1);
    assertThat(bed.backlog.waitTicks()).hasValue(3_600);
    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).hasSize(1);
    assertThat(bed.sent(CATALOGUE.tasks("w-05"), Task.class)).hasSize(1);
    assertThat(bed.backlog.of(CoordinatorBed.MODEL).waiting()).isZero();
    assertThat(bed.backlog.of(new Hash(new byte[32]))).isEqualTo(Backlog.Figures.NONE);
  }

  /** It costs nothing where it ends before they have come. */
  @Test
  void shouldWakeNobodyForARequestThatWaitsForLessThanWorkersMayTakeToCome() {
    bed = new CoordinatorBed().registered(Parameters.demo().withWaitTicks(3_600));
    bed.request(TestRequests.request(1));
    bed.escrow(TestRequests.id(1), true, 3_599);
    bed.closeEpoch(1_000);
    Backlog.Figures hasty = bed.backlog.of(CoordinatorBed.MODEL);
    bed.request(TestRequests.request(2));
    bed.escrow(TestRequests.id(2), true, 3_600);
    bed.closeEpoch(2_000);

    assertThat(hasty).isEqualTo(Backlog.Figures.NONE);
    assertThat(bed.backlog.of(CoordinatorBed.MODEL))
        .matches(figures -> figures.waiting() == 1 && figures.open() == 1);
  }

  @Test
  void shouldGivePrivateRequestsToWorkersThatReadAndAnswerInEnvelopes() {
    DecryptionKey requester = DecryptionKey.fromSeed(new byte[32]);
    Request request =
        Request.newBuilder(TestRequests.request(1))
            .setEncryptionKey(Wire.buffer(requester.publicKey().bytes()))
            .build();
    bed.reads(Signers.COORDINATOR, requester);
    bed.worker("w-01");

    bed.request(request);
    bed.escrow(TestRequests.id(1), true);
    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class)).isEmpty();
    bed.reads(Signers.worker("w-01"), requester);
    bed.worker("w-02");

    assertThat(bed.sent(CATALOGUE.accepted(), Accepted.class))
        .singleElement()
        .satisfies(a -> assertThat(a.getEncryptionKey()).isEqualTo(request.getEncryptionKey()));
    assertThat(bed.sent(CATALOGUE.tasks("w-01"), Task.class)).hasSize(1);
    assertThat(bed.sent(CATALOGUE.results(), Result.class)).isEmpty();
    assertThat(bed.sent(CATALOGUE.results(), PrivateResult.class))
        .singleElement()
        .satisfies(sealed ->
            assertThat(PrivateResults.open(sealed, requester).map(Result::getKind))
                .contains(ResultKind.STARTED));
  }

  @Test
  void shouldLetAnAuthorContinueUpToTheRequestsLimit() {
    Task task = accepted();
    commit("worker:w-01", "w-01", task, CommitmentStep.PREFILL, null);
    commit("worker:w-01", "w-01", task, CommitmentStep.PREFILL, null);

    List<Control> controls = bed.sent(CATALOGUE.controls("w-01"), Control.class);
    assertThat(controls)
        .extracting(Control::getAction)
        .containsExactly(ControlAction.CONTINUE, ControlAction.STOP);
    assertThat(controls.getLast().getSize()).isEqualTo(14);
  }

  @Test
  void shouldSayThatTheOutputIsReadyWhenTokensAndTagFit() {
    Task task = accepted();
    commit("worker:w-01", "w-01", task, CommitmentStep.FINAL, tag(task, 65, 66));
    commit("worker:w-01", "w-01", task, CommitmentStep.PREFILL, null);
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.NONE, 65, 66);
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.NONE, 65, 66);
    tokens("worker:w-01", task, "w-01", 1, TokensFinish.EOS, 67);
    assertThat(ready()).as("a FINAL before its PREFILL does not count").isEmpty();
    commit("worker:w-01", "w-01", task, CommitmentStep.FINAL, tag(task, OUTPUT));

    assertThat(ready()).hasSize(1);
    assertThat(bed.sent(CATALOGUE.results(), Result.class))
        .filteredOn(r -> r.getKind() == ResultKind.UNVERIFIED)
        .extracting(Result::getText)
        .containsExactly("AB", "C");
    assertThat(bed.deadLetters()).isEmpty();
  }

  @Test
  void shouldRefuseATagThatDoesNotFitTheTokens() {
    Task task = accepted();
    commit("worker:w-01", "w-01", task, CommitmentStep.PREFILL, null);
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.EOS, OUTPUT);
    commit("worker:w-01", "w-01", task, CommitmentStep.FINAL, tag(task, 65, 66));

    assertThat(ready()).isEmpty();
    assertThat(bed.deadLetters()).containsExactly("output-tag-mismatch");
  }

  @Test
  void shouldRefuseTokensOutOfSequence() {
    Task task = accepted();
    tokens("worker:w-01", task, "w-01", 1, TokensFinish.NONE, OUTPUT);

    assertThat(bed.deadLetters()).containsExactly("out-of-sequence");
  }

  @Test
  void shouldRefuseTokensOfAnotherWorker() {
    Task task = accepted();
    tokens("worker:w-02", task, "w-02", 0, TokensFinish.NONE, OUTPUT);
    tokens("worker:w-02", task, "w-01", 0, TokensFinish.NONE, OUTPUT);

    assertThat(bed.deadLetters()).containsExactly("not-your-task", "not-your-task");
    assertThat(bed.sent(CATALOGUE.results(), Result.class))
        .extracting(Result::getKind)
        .containsExactly(ResultKind.STARTED);
  }

  @Test
  void shouldNotLetAWorkerCommitInAnothersName() {
    Task task = accepted();
    commit("worker:w-02", "w-01", task, CommitmentStep.PREFILL, null);

    assertThat(bed.sent(CATALOGUE.controls("w-01"), Control.class)).isEmpty();
  }

  @Test
  void shouldRefuseTokensThatAreNoneOrTooMany() {
    Task task = accepted();
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.NONE, -1);
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.NONE, 200);
    tokens("worker:w-01", task, "w-01", 0, TokensFinish.NONE, new int[11]);

    assertThat(bed.deadLetters()).containsExactly("bad-tokens", "bad-tokens", "bad-tokens");
  }

  @Test
  void shouldSurviveTaskIdsThatAreNoHashes() {
    accepted();
    bed.send(
        CATALOGUE.tokens(),
        "worker:w-01",
        new byte[5],
        tokensOf(ByteBuffer.allocate(5), "w-01", 0, TokensFinish.NONE, OUTPUT));
    bed.send(
        CATALOGUE.commitments(),
        "worker:w-01",
        new byte[5],
        new Commitment(
            ByteBuffer.allocate(5), "w-01", CommitmentStep.PREFILL, ByteBuffer.allocate(5), null));

    assertThat(bed.deadLetters()).containsExactly("unknown-task");
  }

  @Test
  void shouldKeepRecordsWithEndlessSigners() {
    bed.deliver(
        new SignedRecord(
            CATALOGUE.votes().name(),
            0,
            0,
            new byte[1],
            new byte[1],
            "worker:" + "x".repeat(70_000),
            new byte[64]));

    assertThat(bed.deadLetters()).isEmpty();
  }

  @Test
  void shouldContinueAfterARestartAsIfNothingHadHappened() {
    CoordinatorBed other = new CoordinatorBed().registered();
    play(bed, false);
    play(other, true);

    assertThat(other.allSent()).isEqualTo(bed.allSent());
    assertThat(ready()).hasSize(1);
  }

  private void play(CoordinatorBed played, boolean restarts) {
    Runnable restart = restarts ? played::restart : () -> {};
    played.worker("w-01").worker("w-02");
    restart.run();
    played.request(TestRequests.request(1));
    restart.run();
    played.escrow(TestRequests.id(1), true);
    restart.run();
    Task task = played.sent(CATALOGUE.tasks("w-01"), Task.class).getFirst();
    byte[] key = RecordKeys.task(Wire.hash(task.getTaskId()));
    SpecificRecord tokens = tokensOf(task.getTaskId(), "w-01", 0, TokensFinish.EOS, OUTPUT);
    Commitment prefill =
        new Commitment(
            task.getTaskId(), "w-01", CommitmentStep.PREFILL, ByteBuffer.allocate(32), null);
    played.send(CATALOGUE.commitments(), Signers.worker("w-01"), key, prefill);
    restart.run();
    played.send(CATALOGUE.tokens(), Signers.worker("w-01"), key, tokens);
    restart.run();
    Commitment commitment =
        new Commitment(
            task.getTaskId(),
            "w-01",
            CommitmentStep.FINAL,
            ByteBuffer.allocate(32),
            Wire.buffer(tag(task, OUTPUT)));
    played.send(CATALOGUE.commitments(), Signers.worker("w-01"), key, commitment);
    restart.run();
    played.request(TestRequests.request(2));
    played.escrow(TestRequests.id(2), true);
  }
}
