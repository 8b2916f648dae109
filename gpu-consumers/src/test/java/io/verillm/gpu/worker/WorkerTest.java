package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.ControlAction;
import io.verillm.events.OpenedPosition;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningReader;
import io.verillm.events.OpeningStep;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.RowLimits;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.events.TokensFinish;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.gpu.TestCoordinator;
import io.verillm.gpu.TestTasks;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.engine.EngineEnded;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.gpu.intake.TaskHandler;
import io.verillm.gpu.intake.TaskIntake;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.TraceShape;
import io.verillm.protocol.vote.OpeningCheck;
import io.verillm.topics.KafkaAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One worker at a time on a real broker; the test plays the coordinator and the other worker. */
class WorkerTest extends WorkerBed {
  private static final int PROMPT = 10;
  private static final int STOP = 40;
  private static final Duration LONG = Duration.ofSeconds(30);

  /** The requester's key in private mode. */
  private byte[] encryptionKey = {};

  private final String author = "a-" + UUID.randomUUID().toString().substring(0, 8);
  private final String checker = "c-" + UUID.randomUUID().toString().substring(0, 8);
  private final String requestId = TestTasks.requestId();
  private final Hash authorTask = TestTasks.taskId("author" + requestId);
  private final Hash checkerTask = TestTasks.taskId("checker" + requestId);
  private TestCoordinator coordinator;
  private IntakeKind intake = IntakeKind.GROUP;

  @BeforeEach
  void coordinate() throws Exception {
    coordinator = new TestCoordinator(broker, List.of(author, checker));
    coordinator.register();
    coordinator.publish(calibration());
  }

  @AfterEach
  void leave() {
    coordinator.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeACaseFromItsTaskToItsVote(IntakeKind kind) {
    intake = kind;
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      generateAndCheck();

      assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
      assertThat(one.modelTime().generating()).isPositive();
      assertThat(two.modelTime().checking()).isPositive();
      assertThat(two.modelTime().generating()).isZero();
      Opening opened = opening(author);
      assertThat(opened.getStep()).isEqualTo(OpeningStep.FINAL);
      assertThat(opening(checker).getStep()).isEqualTo(OpeningStep.PREFILL);
      assertThat(opening(checker).getTraceRoot()).isNotEqualTo(opened.getSalt());
    }
    assertThat(readiness(author)).containsExactly(true, false);
  }

  @Test
  void shouldRejectAnAuthorThatRunsInt8Weights() {
    try (Worker one = start(author, "int8");
        Worker two = start(checker, "honest")) {
      generateAndCheck();

      assertThat(vote().getDecision()).isEqualTo(VoteDecision.REJECT);
      assertThat(vote().getReason()).isEqualTo(VoteReason.MODEL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayNothingAgainForATaskThatComesAgain(IntakeKind kind) {
    intake = kind;
    Task task = TestTasks.task(authorTask, prompt(), PROMPT);
    try (Worker one = start(author, "honest")) {
      coordinator.assign(author, task);
      awaitCommitment(author, CommitmentStep.PREFILL);
      coordinator.control(author, authorTask, ControlAction.STOP, PROMPT);
      awaitChecked(one);

      coordinator.assign(author, task);
      awaitNext(author);
    }

    assertThat(commitments(author, CommitmentStep.PREFILL)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void shouldSendTheStoredCommitmentThatMayNotBeOnTheLog() {
    try (Worker first = start(checker, "honest")) {
      coordinator.assign(checker, TestTasks.task(checkerTask, prompt(), PROMPT));
      awaitCommitment(checker, CommitmentStep.PREFILL);
    }

    try (Worker second = forgetful()) {
      second.start();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> commitments(checker, CommitmentStep.PREFILL).size() == 2);
    }

    List<Commitment> both = commitments(checker, CommitmentStep.PREFILL);
    assertThat(both.getFirst()).isEqualTo(both.getLast());
  }

  @Test
  void shouldNotBeginATaskWhoseRequestIsDecided() {
    coordinator.decide(requestId, STOP, authorTask, author);

    try (Worker late = start(author, "honest")) {
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));
      awaitNext(author);
    }

    assertThat(commitments(author, CommitmentStep.PREFILL))
        .noneMatch(c -> Wire.hash(c.getTaskId()).equals(authorTask));
  }

  /** Waits until a task that comes next is committed to: those before it were begun by then. */
  private void awaitNext(String worker) {
    Hash next = TestTasks.taskId("next" + requestId);
    coordinator.assign(worker, TestTasks.task(next, prompt(), PROMPT));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            commitments(worker, CommitmentStep.PREFILL).stream()
                .anyMatch(c -> Wire.hash(c.getTaskId()).equals(next)));
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnAfterARestartWithTheTaskThatItHadCommittedTo(IntakeKind kind) {
    intake = kind;
    try (Worker first = start(author, "honest")) {
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));
      awaitCommitment(author, CommitmentStep.PREFILL);
    }

    try (Worker second = start(author, "honest")) {
      coordinator.control(author, authorTask, ControlAction.CONTINUE, 0);
      coordinator.control(author, authorTask, ControlAction.STOP, STOP);

      awaitCommitment(author, CommitmentStep.FINAL);
    }
  }

  @Test
  void shouldLeaveATaskAloneWhoseEvidenceIsLost() {
    try (Worker first = start(author, "honest")) {
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));
      awaitCommitment(author, CommitmentStep.PREFILL);
      coordinator.control(author, authorTask, ControlAction.STOP, PROMPT);
      awaitChecked(first);
    }
    store(author).drop(authorTask);

    try (Worker second = start(author, "honest")) {
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));
      awaitNext(author);
    }
    assertThat(commitments(author, CommitmentStep.PREFILL)).hasSize(2);
  }

  @Test
  void shouldExposeATaskThatIsNotTheOneThatWasChallenged() {
    Task said = TestTasks.task(authorTask, prompt(), PROMPT);

    assertExposed(said, Hashing.hash("another-context"));
  }

  @ParameterizedTest
  @MethodSource("otherSampling")
  void shouldExposeATaskThatSamplesOtherwiseThanWasAccepted(String field, Object value) {
    Task other = TestTasks.changed(TestTasks.task(authorTask, prompt(), PROMPT), field, value);

    assertExposed(other, contextOfPrompt());
  }

  static Stream<Arguments> otherSampling() {
    return Stream.of(
        Arguments.of("seed", Wire.buffer(Hashing.hash("another-seed"))),
        Arguments.of("temperature", 1.5),
        Arguments.of("topK", 2),
        Arguments.of("topP", 0.5));
  }

  /** What was accepted is read last: until then nobody could say what is wrong. */
  private void assertExposed(Task given, Hash contextHash) {
    try (Worker one = start(author, "honest")) {
      coordinator.assign(author, given);
      awaitCommitment(author, CommitmentStep.PREFILL);
      coordinator.control(author, authorTask, ControlAction.CONTINUE, 0);
      coordinator.control(author, authorTask, ControlAction.STOP, STOP);
      awaitCommitment(author, CommitmentStep.FINAL);
      RosterEntry entry = TestCoordinator.entry(authorTask, author, RosterRole.AUTHOR, contextHash);
      coordinator.challenge(requestId, prompt(), STOP, List.of(entry));
      coordinator.accept(requestId, prompt(), STOP - PROMPT);

      await().atMost(Duration.ofSeconds(20)).until(() -> !exposed().isEmpty());
      assertThat(Wire.hash(exposed().getFirst().getTaskId())).isEqualTo(authorTask);
      assertThat(coordinator.openings()).noneMatch(o -> o.getWorker().equals(author));
    }
  }

  private static Hash contextOfPrompt() {
    return Digests.contextHash(Digests.promptHash(TestTasks.SALT, prompt()), List.of());
  }

  @Test
  void shouldSendEachBadTaskToTheDeadLettersAndGoOn() {
    Task good = TestTasks.task(authorTask, prompt(), PROMPT);
    try (Worker one = start(author, "honest")) {
      coordinator.assignBytes(author, authorTask.bytes(), new byte[] {1, 2, 3});
      coordinator.assignUnsigned(author, good);
      coordinator.assign(author, TestTasks.task(authorTask, new int[0], 1));
      coordinator.assign(author, TestTasks.task(authorTask, new int[] {1, 9_999}, 1));
      coordinator.assign(
          author, TestTasks.changed(good, "modelId", Wire.buffer(Hashing.hash("unknown"))));
      coordinator.assign(author, TestTasks.changed(good, "temperature", Double.NaN));
      coordinator.assign(author, good);

      awaitCommitment(author, CommitmentStep.PREFILL);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(coordinator.deadLetters())
                  .contains("undecodable", "no-signature", "unknown-model")
                  .filteredOn("invalid-task"::equals)
                  .hasSize(3));
      assertThat(one.refused().snapshot()).containsEntry("invalid-task", 3L);
    }
  }

  @Test
  void shouldNotStartWithoutItsTopics() {
    Worker worker = worker("nobody-made-it", "honest");

    assertThatThrownBy(worker::start)
        .isInstanceOf(MissingTopic.class)
        .hasMessageContaining("tasks.nobody-made-it");
    worker.close();
  }

  @Test
  void shouldOpenToThePartiesAloneInPrivateMode() {
    encryptionKey = DecryptionKey.fromSeed(new byte[32]).publicKey().bytes();
    coordinator.reads(DecryptionKey.fromSeed(Hashing.hash("reader").bytes()));
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      generateAndCheck();
    }

    // A vote rests on the author's opening: the checker has read it.
    assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
    assertThat(coordinator.openings()).noneMatch(o -> o.getRequestId().equals(requestId));
    assertThat(coordinator.events(coordinator.catalogue.openings(), PrivateOpening.class))
        .filteredOn(o -> o.getRequestId().equals(requestId))
        .hasSize(2)
        .allSatisfy(o ->
            assertThat(o.getReaders())
                .extracting(OpeningReader::getName)
                .containsExactlyInAnyOrder(
                    Signers.REQUESTER,
                    Signers.COORDINATOR,
                    Signers.worker(author),
                    Signers.worker(checker)))
        .extracting(PrivateOpening::getWorker)
        .containsExactlyInAnyOrder(author, checker);
  }

  @Test
  void shouldVoteOnTheOpeningThatFitsThoughBadOnesCameFirst() {
    int[] context;
    try (Worker one = start(author, "honest")) {
      context = generate();
    }
    try (Worker two = start(checker, "honest")) {
      check(context);
      Opening garbage = garbageOpening(context, challenged(context));
      Opening shortHash = TestTasks.changed(garbage, "outputHash", Wire.buffer(new byte[31]));
      coordinator.sayAs(author, coordinator.catalogue.openings(), shortHash);
      coordinator.sayAs(author, coordinator.catalogue.openings(), garbage);
      try (Worker back = start(author, "honest")) {
        awaitVote();
      }
    }

    assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
  }

  @Test
  void shouldVoteThoughItNeverReadTheAuthorsCommitment() {
    try (Worker one = start(author, "honest")) {
      int[] context = generate();
      try (Worker two = forgetful()) {
        two.start();
        coordinator.accept(requestId, prompt(), STOP - PROMPT, encryptionKey);
        check(context);
        challenge(requestId, authorTask, context);
        awaitVote();
      }
    }

    assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
  }

  @Test
  void shouldPassOverOpeningsInAnotherShardsPartition() {
    int[] context;
    try (Worker one = start(author, "honest")) {
      context = generate();
    }
    try (Worker two = start(checker, "honest")) {
      check(context);
      Challenge challenge = challenged(context);
      for (byte salt = 0; salt < OpeningCheck.TRIES_MAX; salt++) {
        coordinator.sayAs(
            author,
            coordinator.catalogue.openings(),
            TestTasks.SHARD + 1,
            TestTasks.changed(
                garbageOpening(context, challenge),
                "salt",
                Wire.buffer(Hashing.sha256(new byte[] {salt}))));
      }
      try (Worker back = start(author, "honest")) {
        awaitVote();
      }
    }

    assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
  }

  @Test
  void shouldVoteOnOtherCasesThoughOneCannotBeJudged() {
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      int[] context = generate();
      check(context);
      String broken = TestTasks.requestId();
      coordinator.accept(broken, prompt(), STOP - PROMPT);
      challenge(broken, new byte[31], context);
      challenge(requestId, authorTask, context);
      awaitVote();
    }

    assertThat(vote().getRequestId()).isEqualTo(requestId);
    assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
  }

  @Test
  void shouldOpenNothingToAChallengeThatShowsAnotherInputThanWasAccepted() {
    String changed = TestTasks.requestId();
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      int[] context = generate();
      check(context);
      coordinator.accept(changed, new int[] {1}, STOP - PROMPT);
      challenge(changed, authorTask, context);
      challenge(requestId, authorTask, context);
      awaitVote();
    }

    assertThat(coordinator.openings())
        .extracting(Opening::getRequestId)
        .contains(requestId)
        .doesNotContain(changed);
  }

  @Test
  void shouldOpenNothingToADrawThatItsEpochsDoNotProve() {
    List<String> forged = Stream.generate(TestTasks::requestId).limit(4).toList();
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      int[] context = generate();
      check(context);
      forged.forEach(request -> coordinator.accept(request, prompt(), STOP - PROMPT));
      long epoch = TestCoordinator.epochs();
      coordinator.close(epoch);
      coordinator.close(epoch + 1);
      Challenge sound = drawn(epoch, forged.get(0), context);
      coordinator.say(TestTasks.changed(sound, "proof", sound.getCommitteeProof()));
      sound = drawn(epoch, forged.get(1), context);
      coordinator.say(TestTasks.changed(sound, "committeeProof", sound.getProof()));
      sound = drawn(epoch, forged.get(2), context);
      List<ChallengedPosition> others = new ArrayList<>(sound.getPositions());
      others.removeLast();
      coordinator.say(TestTasks.changed(sound, "positions", others));
      long early = TestCoordinator.earlyEpochs();
      coordinator.close(early);
      coordinator.close(early + 1);
      coordinator.say(drawn(early, forged.get(3), context));
      challenge(requestId, authorTask, context);
      awaitVote();

      assertThat(one.refused().snapshot()).isEqualTo(Map.of("false-draw", 4L));
      assertThat(two.refused().snapshot()).isEqualTo(Map.of("false-draw", 4L));
    }

    assertThat(coordinator.openings())
        .extracting(Opening::getRequestId)
        .contains(requestId)
        .doesNotContainAnyElementsOf(forged);
  }

  @Test
  void shouldWaitForTheEpochThatADrawRestsOn() {
    String forged = TestTasks.requestId();
    try (Worker one = start(author, "honest");
        Worker two = start(checker, "honest")) {
      int[] context = generate();
      check(context);
      coordinator.accept(forged, prompt(), STOP - PROMPT);
      long epoch = TestCoordinator.epochs();
      coordinator.close(epoch);
      coordinator.say(drawn(epoch, requestId, context));
      // Read behind the other: then that one waits.
      Challenge other = drawn(epoch - 1, forged, context);
      coordinator.close(epoch - 1);
      coordinator.say(TestTasks.changed(other, "proof", other.getCommitteeProof()));
      for (Worker each : List.of(one, two)) {
        await()
            .atMost(LONG)
            .until(() -> each.refused().snapshot().equals(Map.of("false-draw", 1L)));
      }
      assertThat(coordinator.openings()).noneMatch(o -> o.getRequestId().equals(requestId));

      coordinator.close(epoch + 1);
      awaitVote();

      assertThat(vote().getDecision()).isEqualTo(VoteDecision.ACCEPT);
    }
  }

  @Test
  void shouldTellThatItsIntakeHasDied() {
    try (Worker worker =
        worker(
            settings(author, coordinator.catalogue, settings -> new DyingIntake()),
            inference("honest"))) {
      worker.start();

      assertThat(worker.ended().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withMessageContaining("refused for good");
    }
  }

  /** A task that fails is taken again; an engine that broke would fail every one. */
  @Test
  void shouldEndWhenItsEngineBrokeButNotWhenATaskFailed() {
    Queue<Throwable> faults =
        new ConcurrentLinkedQueue<>(
            List.of(
                new StackOverflowError("of one task"),
                new EngineEnded(new IllegalStateException("no memory"))));
    try (Worker worker = worker(settings(author), new Failing(inference("honest"), faults))) {
      worker.start();
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));

      assertThat(worker.ended().toCompletableFuture())
          .failsWithin(LONG)
          .withThrowableThat()
          .withMessageContaining("no memory");
      assertThat(faults).isEmpty();
    }
  }

  @Test
  void shouldTellThatItWasClosed() {
    Worker worker = start(author, "honest");
    assertThat(worker.ended().toCompletableFuture()).isNotDone();

    worker.close();

    assertThat(worker.ended().toCompletableFuture()).isCompleted();
  }

  @Test
  void shouldReleaseWhatItHasConnectedWhereItCannotStart() {
    List<String> heard = new ArrayList<>();
    TaskIntake recorded =
        new TaskIntake() {
          @Override
          public void run(TaskHandler handler) {
            heard.add("run");
          }

          @Override
          public void stop() {
            heard.add("stop");
          }
        };
    FlagSettings unreachable =
        new FlagSettings(KafkaAccess.open("no address"), List.of(), List.of());
    Worker worker =
        worker(
            settings(author, coordinator.catalogue, settings -> recorded).withFlags(unreachable),
            inference("honest"));

    assertThatThrownBy(worker::start).isInstanceOf(KafkaException.class);
    worker.close();

    assertThat(heard).containsExactly("stop", "run");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith(author));
    assertThat(coordinator.events(coordinator.catalogue.registry(), WorkerRegistered.class))
        .noneMatch(w -> w.getWorker().equals(author));
  }

  /** An engine that does not come back costs one task. */
  @Test
  void shouldTakeNoTasksWhileItsEngineHangs() {
    CountDownLatch back = new CountDownLatch(1);
    WorkerSettings usual = settings(author);
    try (Worker worker =
        worker(
            with(usual, Duration.ofMillis(500), usual.lookBack()),
            new Hanging(inference("honest"), back))) {
      worker.start();
      coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));

      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(readiness(author)).containsExactly(true, false));
      assertThat(worker.stuckFor()).isPresent();
      assertThat(worker.isWorking()).isTrue();
      back.countDown();

      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(readiness(author)).containsExactly(true, false, true));
      assertThat(worker.stuckFor()).isEmpty();
      assertThat(commitments(author, CommitmentStep.PREFILL)).hasSize(1);
    } finally {
      back.countDown();
    }
  }

  private record Hanging(Inference own, CountDownLatch back) implements Inference {
    @Override
    public TraceShape shape() {
      return own.shape();
    }

    @Override
    public int eosId() {
      return own.eosId();
    }

    @Override
    public Session open(TaskTerms terms, PositionSink sink) {
      try {
        back.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return own.open(terms, sink);
    }
  }

  private record Failing(Inference own, Queue<Throwable> faults) implements Inference {
    @Override
    public TraceShape shape() {
      return own.shape();
    }

    @Override
    public int eosId() {
      return own.eosId();
    }

    @Override
    public Session open(TaskTerms terms, PositionSink sink) {
      switch (faults.poll()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> {
          return own.open(terms, sink);
        }
      }
    }
  }

  private static final class DyingIntake implements TaskIntake {
    @Override
    public void run(TaskHandler handler) {
      throw new KafkaException("refused for good");
    }

    @Override
    public void stop() {}
  }

  private Challenge challenged(int[] context) {
    long epoch = TestCoordinator.epochs();
    Challenge challenge = drawn(epoch, requestId, context);
    coordinator.close(epoch);
    coordinator.close(epoch + 1);
    coordinator.say(challenge);
    return challenge;
  }

  private Challenge drawn(long epoch, String request, int[] context) {
    return coordinator.drawn(
        epoch, request, prompt(), context.length, roster(authorTask.bytes(), context));
  }

  private Opening garbageOpening(int[] context, Challenge challenge) {
    List<OpenedPosition> positions =
        challenge.getPositions().stream()
            .map(p -> new OpenedPosition(p.getPosition(), 1, List.of(), List.of()))
            .toList();
    return new Opening(
        requestId,
        0,
        1,
        1,
        Wire.buffer(authorTask),
        author,
        OpeningStep.FINAL,
        Wire.buffer(authorTask),
        Wire.buffer(authorTask),
        context.length,
        Wire.buffer(authorTask),
        OpeningFinish.STOP,
        "onnxruntime-cpu-fp32",
        Wire.buffer(authorTask),
        Wire.buffer(new byte[3]),
        positions);
  }

  private void generateAndCheck() {
    int[] context = generate();
    check(context);
    challenge(requestId, authorTask, context);
    awaitVote();
  }

  private int[] generate() {
    coordinator.accept(requestId, prompt(), STOP - PROMPT, encryptionKey);
    coordinator.assign(author, TestTasks.task(authorTask, prompt(), PROMPT));
    awaitCommitment(author, CommitmentStep.PREFILL);
    coordinator.control(author, authorTask, ControlAction.CONTINUE, 0);
    coordinator.control(author, authorTask, ControlAction.STOP, STOP);
    awaitCommitment(author, CommitmentStep.FINAL);
    int[] output = awaitOutput();
    int[] context = java.util.Arrays.copyOf(prompt(), PROMPT + output.length);
    System.arraycopy(output, 0, context, PROMPT, output.length);
    assertOutputTag(output);
    return context;
  }

  private void check(int[] context) {
    coordinator.assign(checker, TestTasks.task(checkerTask, context, PROMPT));
    awaitCommitment(checker, CommitmentStep.PREFILL);
    coordinator.control(checker, checkerTask, ControlAction.STOP, context.length);
  }

  private void challenge(String request, Hash taskOfAuthor, int[] context) {
    challenge(request, taskOfAuthor.bytes(), context);
  }

  private void challenge(String request, byte[] taskOfAuthor, int[] context) {
    coordinator.challenge(request, prompt(), context.length, roster(taskOfAuthor, context));
  }

  private List<RosterEntry> roster(byte[] taskOfAuthor, int[] context) {
    int[] output = java.util.Arrays.copyOfRange(context, PROMPT, context.length);
    Hash promptHash = Digests.promptHash(TestTasks.SALT, prompt());
    Hash outputHash = Digests.outputHash(output);
    Hash answered = Digests.contextHash(promptHash, List.of(outputHash));
    return List.of(
        TestCoordinator.entry(
            taskOfAuthor,
            author,
            RosterRole.AUTHOR,
            Digests.contextHash(promptHash, List.of()),
            outputHash,
            commitments(author, CommitmentStep.FINAL).stream().findFirst()),
        TestCoordinator.entry(
            checkerTask.bytes(),
            checker,
            RosterRole.CHECKER,
            answered,
            outputHash,
            commitments(checker, CommitmentStep.PREFILL).stream().findFirst()));
  }

  private void awaitVote() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> coordinator.votes().stream().anyMatch(v -> v.getWorker().equals(checker)));
  }

  private int[] awaitOutput() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            coordinator.tokens().stream()
                .anyMatch(
                    t -> t.getWorker().equals(author) && t.getFinishReason() != TokensFinish.NONE));
    return coordinator.tokens().stream()
        .filter(t -> t.getWorker().equals(author))
        .flatMap(t -> t.getTokenIds().stream())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void assertOutputTag(int[] output) {
    TokensFinish finish =
        coordinator.tokens().stream()
            .filter(t -> t.getWorker().equals(author))
            .toList()
            .getLast()
            .getFinishReason();
    Hash tag =
        Digests.outputTag(
            Digests.outputHash(output), FinishReason.valueOf(finish.name()), TestTasks.NONCE);
    assertThat(Wire.hash(commitments(author, CommitmentStep.FINAL).getFirst().getOutputTag()))
        .isEqualTo(tag);
  }

  private void awaitChecked(Worker worker) {
    await().atMost(Duration.ofSeconds(20)).until(() -> worker.modelTime().checking() > 0);
  }

  private void awaitCommitment(String worker, CommitmentStep step) {
    await().atMost(Duration.ofSeconds(30)).until(() -> !commitments(worker, step).isEmpty());
  }

  private List<Commitment> commitments(String worker, CommitmentStep step) {
    return coordinator.commitments().stream()
        .filter(c -> c.getWorker().equals(worker) && c.getStep() == step)
        .toList();
  }

  private Opening opening(String worker) {
    return coordinator.openings().stream()
        .filter(o -> o.getWorker().equals(worker))
        .findFirst()
        .orElseThrow();
  }

  private List<TaskExposed> exposed() {
    return coordinator.events(coordinator.catalogue.disputes(), TaskExposed.class).stream()
        .filter(e -> e.getRequestId().equals(requestId))
        .toList();
  }

  private Vote vote() {
    return coordinator.votes().stream()
        .filter(v -> v.getWorker().equals(checker))
        .findFirst()
        .orElseThrow();
  }

  private List<Boolean> readiness(String worker) {
    assertThat(coordinator.events(coordinator.catalogue.registry(), WorkerRegistered.class))
        .anyMatch(w -> w.getWorker().equals(worker))
        .as("who plants no flags owes none")
        .noneMatch(w -> w.getVrfKey().hasRemaining());
    return coordinator.events(coordinator.catalogue.registry(), WorkerReady.class).stream()
        .filter(r -> r.getWorker().equals(worker))
        .map(WorkerReady::getReady)
        .toList();
  }

  private Worker start(String id, String behaviour) {
    Worker worker = worker(id, behaviour);
    worker.start();
    return worker;
  }

  /** A checker that knows nothing of the log before its start. */
  private Worker forgetful() {
    WorkerSettings usual = settings(checker);
    return worker(with(usual, usual.controlWait(), Duration.ZERO), inference("honest"));
  }

  private Worker worker(String id, String behaviour) {
    return worker(settings(id), inference(behaviour));
  }

  private WorkerSettings settings(String id) {
    return settings(id, coordinator.catalogue, intake::connect);
  }

  private static CalibrationPublished calibration() {
    List<RowLimits> rows =
        TinyModel.CONFIG.boundaries().stream()
            .map(boundary -> new RowLimits(boundary.name(), 4_000L, 20_000L))
            .toList();
    return new CalibrationPublished(
        "tiny-v1",
        Wire.buffer(TinyModel.MODEL_ID),
        "onnxruntime-cpu-fp32",
        "onnxruntime-cpu-fp32",
        Collections.unmodifiableList(rows),
        1 << 14,
        1 << 16,
        1 << 12,
        1 << 14,
        1 << 16,
        1 << 10,
        200);
  }

  private static int[] prompt() {
    return new Random(17).ints(PROMPT, 2, TinyModel.CONFIG.vocabulary()).toArray();
  }
}
