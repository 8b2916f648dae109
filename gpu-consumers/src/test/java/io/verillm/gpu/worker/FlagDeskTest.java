package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.events.ClaimIgnored;
import io.verillm.events.CommitmentStep;
import io.verillm.events.ControlAction;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.gpu.TestCoordinator;
import io.verillm.gpu.TestTasks;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.calibration.Cheat;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.trace.TraceShape;
import io.verillm.schemas.EventCodec;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker that owes a BAD flag, on a real broker; the test plays the coordinator. */
class FlagDeskTest extends WorkerBed {
  private static final int PROMPT = 10;
  private static final int STOP = 20;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int TICKS_OF_A_SECOND = 4;
  private static final int CERTAIN = 10_000;
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  /** Of all tests, which share the log. */
  private static long duties;

  private final String worker = "f-" + UUID.randomUUID().toString().substring(0, 8);
  private final Hash task = TestTasks.taskId(worker);
  private TestCoordinator coordinator;

  @BeforeEach
  void coordinate() throws Exception {
    coordinator = new TestCoordinator(broker, List.of(worker));
    coordinator.register();
  }

  /** Begins a duty epoch so short that what is owed is planted at once: a BAD flag. */
  private long owe() {
    long now = System.currentTimeMillis();
    return owe(now, now, TICKS_OF_A_SECOND, FlagKind.BAD);
  }

  /**
   * Begins a duty epoch.
   *
   * @param writtenMillis when it is said
   * @param beganMillis when it says that it began
   * @param ticks its length
   */
  private long owe(long writtenMillis, long beganMillis, int ticks, FlagKind kind) {
    long number = duties++;
    coordinator.sayAt(
        writtenMillis,
        coordinator.catalogue.flags(),
        "duty",
        new DutyBegun(
            TestTasks.SHARD,
            number,
            1L,
            Wire.buffer(Hashing.hash(worker)),
            beganMillis,
            ticks,
            1,
            kind == FlagKind.BAD ? CERTAIN : 0,
            kind == FlagKind.GOOD ? CERTAIN : 0,
            List.of()));
    return number;
  }

  private Worker start(Duration drain) {
    return start(settings(drain, inference("int8")));
  }

  private WorkerSettings settings(Duration drain, Inference bad) {
    FlagPrompt prompt = new FlagPrompt(TinyModel.MODEL_ID, "any", 10, 0.8, 40, 0.95, 3, 1);
    return settings(worker, coordinator.catalogue, IntakeKind.GROUP::connect)
        .withDrain(drain)
        .withFlags(
            new FlagSettings(access(), List.of(prompt), List.of(new FlagCheat(Cheat.INT8, bad))));
  }

  private Worker start(WorkerSettings settings) {
    Worker started = worker(settings, inference("honest"));
    started.start();
    return started;
  }

  private Request planted() {
    await().atMost(LONG).until(() -> !planted(worker).isEmpty());
    return planted(worker).getFirst();
  }

  private List<Request> planted(String sentinel) {
    return coordinator.events(coordinator.catalogue.requests(), Request.class).stream()
        .filter(r -> r.getFlagClaims().getFirst().getSentinel().equals(sentinel))
        .toList();
  }

  /** The worker writes the answer of its flag. */
  private void write(Request request) {
    VerifyKey requester = VerifyKey.of(Wire.bytes(request.getRequesterKey()));
    Hash seed =
        Digests.seed(
            UUID.fromString(request.getRequestId()), requester, Wire.bytes(request.getNonce()));
    int[] prompt = new Random(17).ints(PROMPT, 2, TinyModel.CONFIG.vocabulary()).toArray();
    coordinator.assign(
        worker, TestTasks.changed(TestTasks.task(task, prompt, PROMPT), "seed", Wire.buffer(seed)));
    coordinator.control(worker, task, ControlAction.CONTINUE, 0);
    coordinator.control(worker, task, ControlAction.STOP, STOP);
    await()
        .atMost(LONG)
        .until(() ->
            coordinator.commitments().stream()
                .anyMatch(
                    c -> c.getWorker().equals(worker) && c.getStep() == CommitmentStep.FINAL));
  }

  private void decide(Request request, String author) {
    coordinator.decide(request.getRequestId(), STOP, task, author);
  }

  private List<FlagOpening> opened(Request request) {
    return coordinator.events(coordinator.catalogue.flags(), FlagOpening.class).stream()
        .filter(o -> o.getRequestId().equals(request.getRequestId()))
        .toList();
  }

  private boolean saysThatItLeaves() {
    return coordinator.events(coordinator.catalogue.registry(), WorkerReady.class).stream()
        .anyMatch(r -> r.getWorker().equals(worker) && !r.getReady());
  }

  @Test
  void shouldOpenTheFlagThatItHasWrittenBeforeItStops() {
    Worker stopping = start(LONG);
    owe();
    Request request = planted();
    write(request);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(stopping::close);
    await().atMost(LONG).until(this::saysThatItLeaves);
    assertThat(closed).isNotDone();
    decide(request, worker);

    await().atMost(LONG).until(closed::isDone);
    assertThat(opened(request))
        .singleElement()
        .returns(FlagKind.BAD, FlagOpening::getKind)
        .returns("int8", FlagOpening::getCheat);
  }

  @Test
  void shouldOpenAfterARestartTheFlagWhoseVerdictCameWhileItWasDown() {
    Request request;
    try (Worker first = start(Duration.ofMillis(200))) {
      owe();
      request = planted();
      write(request);
    }
    decide(request, worker);
    assertThat(opened(request)).isEmpty();

    try (Worker second = start(Duration.ofSeconds(1))) {
      await().atMost(LONG).until(() -> !opened(request).isEmpty());
    }
    // Other tests' duties, on the same log a moment ago, are owed too.
    assertThat(planted(worker))
        .as("the same request again, if any")
        .filteredOn(again -> dutyOf(again) == dutyOf(request))
        .containsOnly(request);
  }

  @Test
  void shouldShowTheRequestThatTheCoordinatorGaveToSomebodyElse() {
    try (Worker started = start(Duration.ofSeconds(1))) {
      owe();
      Request request = planted();
      decide(request, "w-99");

      await().atMost(LONG).until(() -> !ignored(request).isEmpty());
      ClaimIgnored shown = ignored(request).getFirst();
      assertThat(EventCodec.encode(request)).isEqualTo(Wire.bytes(shown.getValue()));
      byte[] signed =
          SignedRecord.signedHash(
                  coordinator.catalogue.requests().name(),
                  Wire.bytes(shown.getKey()),
                  Wire.bytes(shown.getValue()))
              .bytes();
      VerifyKey requester = VerifyKey.of(Wire.bytes(request.getRequesterKey()));
      assertThat(requester.verify(signed, Wire.bytes(shown.getSignature()))).isTrue();
      assertThat(opened(request)).isEmpty();
    }
  }

  private List<ClaimIgnored> ignored(Request request) {
    return coordinator.events(coordinator.catalogue.flags(), ClaimIgnored.class).stream()
        .filter(c -> c.getRequestId().equals(request.getRequestId()))
        .toList();
  }

  @Test
  void shouldStopWithoutWaitingForAFlagThatNobodyGaveIt() {
    Worker stopping = start(LONG);
    owe();
    planted();

    CompletableFuture<Void> closed = CompletableFuture.runAsync(stopping::close);

    await().atMost(LONG.dividedBy(2)).until(closed::isDone);
  }

  @Test
  void shouldPostAgainWhatIsNotAdmittedAndNothingElse() {
    try (Worker started = start(Duration.ofSeconds(1))) {
      owe();
      Request admitted = planted();
      coordinator.accept(admitted.getRequestId(), new int[PROMPT], STOP);
      owe();

      await().atMost(LONG).until(() -> planted(worker).size() == 3);
      Request refused = planted(worker).getLast();
      assertThat(planted(worker)).containsExactly(admitted, refused, refused);
    }
  }

  @Test
  void shouldPlantNothingForADutyThatWasOverBeforeItWasThere() {
    long now = System.currentTimeMillis();
    long over = owe(now, now - MINUTE, TICKS_OF_A_SECOND, FlagKind.BAD);
    long owed;
    try (Worker started = start(Duration.ofSeconds(1))) {
      owed = owe();
      planted();
    }
    long next;
    try (Worker again = start(Duration.ofSeconds(1))) {
      next = owe();
      await().atMost(LONG).until(() -> dutiesOfPlanted().contains(next));
    }

    assertThat(dutiesOfPlanted()).contains(owed, next).doesNotContain(over);
  }

  private List<Long> dutiesOfPlanted() {
    return planted(worker).stream().map(FlagDeskTest::dutyOf).toList();
  }

  private static long dutyOf(Request request) {
    return request.getFlagClaims().getFirst().getDutyEpoch();
  }

  /** Case time stands still in an idle log: what began two days ago may still count. */
  @Test
  void shouldOpenTheFlagWhoseVerdictIsOlderThanItLooksBack() {
    long then = System.currentTimeMillis() - 2 * DAY;
    WorkerSettings settings = settings(Duration.ofSeconds(1), inference("int8"));
    coordinator.registerAt(
        then - DAY,
        new WorkerRegistered(
            worker,
            settings.operator(),
            Wire.buffer(settings.key().publicKey().bytes()),
            Wire.buffer(settings.vrf().publicKey().bytes())));
    owe(then, then, TICKS_OF_A_SECOND, FlagKind.BAD);
    Request request;
    try (Worker first = start(settings)) {
      request = planted();
    }
    coordinator.decide(then + MINUTE, request.getRequestId(), STOP, task, worker);
    assertThat(opened(request)).isEmpty();

    try (Worker second = start(settings)) {
      await().atMost(LONG).until(() -> !opened(request).isEmpty());
    }
  }

  @Test
  void shouldGoOnWithGoodFlagsWhereThereIsNoRoomForTheCheat() {
    AtomicInteger tried = new AtomicInteger();
    Inference roomless = new Roomless(inference("int8"), tried);
    try (Worker started = start(settings(Duration.ofSeconds(1), roomless))) {
      owe();
      await().atMost(LONG).until(() -> tried.get() > 0);
      long now = System.currentTimeMillis();
      long good = owe(now, now, TICKS_OF_A_SECOND, FlagKind.GOOD);

      planted();

      assertThat(dutiesOfPlanted()).containsOnly(good);
      assertThat(started.ended().toCompletableFuture()).isNotDone();
    }
  }

  /** A cheat that the machine's memory does not hold. */
  private record Roomless(Inference bad, AtomicInteger tried) implements Inference {
    @Override
    public TraceShape shape() {
      return bad.shape();
    }

    @Override
    public int eosId() {
      return bad.eosId();
    }

    @Override
    public void prepare() {
      tried.incrementAndGet();
      throw new EngineFailure("no room for a second model");
    }

    @Override
    public Session open(TaskTerms terms, PositionSink sink) {
      throw new AssertionError("a flag that was never posted has no task");
    }
  }
}
