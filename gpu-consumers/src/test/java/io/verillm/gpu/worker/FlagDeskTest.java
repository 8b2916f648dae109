package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.CommitmentStep;
import io.verillm.events.ControlAction;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Request;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.WorkerReady;
import io.verillm.gpu.Keys;
import io.verillm.gpu.TestCoordinator;
import io.verillm.gpu.TestTasks;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.behaviour.Behaviour;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.KafkaAccess;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that owes a BAD flag, on a real broker; the test plays the coordinator. */
class FlagDeskTest {
  private static final int PROMPT = 10;
  private static final int STOP = 20;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int TICKS_OF_AN_HOUR = 4 * 3_600;
  private static final Map<Variant, Engine> ENGINES = new EnumMap<>(Variant.class);

  @TempDir static Path brokerDirectory;
  private static LocalBroker broker;

  @TempDir Path directory;

  private final String worker = "f-" + UUID.randomUUID().toString().substring(0, 8);
  private final Hash task = TestTasks.taskId(worker);
  private TestCoordinator coordinator;

  @BeforeAll
  static void load() {
    broker = LocalBroker.start(brokerDirectory, 0);
    for (Variant variant : List.of(Variant.FP32, Variant.INT8)) {
      ENGINES.put(variant, TinyModel.engine(variant, EngineOptions.cpu()));
    }
  }

  @AfterAll
  static void unload() {
    ENGINES.values().forEach(Engine::close);
    broker.close();
  }

  @BeforeEach
  void coordinate() throws Exception {
    coordinator = new TestCoordinator(broker, List.of(worker));
    coordinator.register();
    // Its first half is over, so that what is owed is planted at once.
    coordinator.say(
        coordinator.catalogue.flags(),
        "duty",
        new DutyBegun(
            TestTasks.SHARD,
            0L,
            1L,
            Wire.buffer(Hashing.hash(worker)),
            System.currentTimeMillis() - 3_600_000L,
            TICKS_OF_AN_HOUR,
            1,
            10_000,
            0));
  }

  private Worker start(Duration drain) {
    KafkaAccess access = KafkaAccess.open(broker.bootstrapServers());
    FlagPrompt prompt = new FlagPrompt(TinyModel.MODEL_ID, "any", 10, 0.8, 40, 0.95, 3, 1);
    WorkerSettings settings =
        WorkerSettings.of(
                worker,
                Keys.signing(worker),
                Hashing.hash(worker).bytes(),
                access,
                coordinator.catalogue,
                IntakeKind.GROUP::connect)
            .withDrain(drain)
            .withFlags(new FlagSettings(access, List.of(prompt), "int8", models("int8")));
    Worker started =
        new Worker(
            settings,
            models("honest"),
            EvidenceStore.open(DiskObjects.open(directory.resolve(worker)), 1 << 24));
    started.start();
    return started;
  }

  private static Map<Hash, Inference> models(String behaviour) {
    return Map.of(
        TinyModel.MODEL_ID,
        Behaviour.named(behaviour).inference(ENGINES, TinyModel.CONFIG.eosId()));
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
    coordinator.say(
        coordinator.catalogue.verdicts(),
        request.getRequestId(),
        new Verdict(
            request.getRequestId(),
            0,
            2,
            VerdictOutcome.REJECTED,
            true,
            "MODEL",
            1L,
            "calibrated",
            "",
            List.of(),
            4,
            STOP,
            List.of(),
            List.of(
                new VerdictMember(
                    Wire.buffer(task),
                    author,
                    MemberRole.AUTHOR,
                    0,
                    MemberDecision.NONE,
                    "",
                    false)),
            List.of(),
            1,
            ByteBuffer.allocate(0)));
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
      request = planted();
      write(request);
    }
    decide(request, worker);
    assertThat(opened(request)).isEmpty();

    try (Worker second = start(Duration.ofSeconds(1))) {
      await().atMost(LONG).until(() -> !opened(request).isEmpty());
    }
    assertThat(planted(worker)).as("the same request again, if any").containsOnly(request);
  }

  @Test
  void shouldShowTheRequestThatTheCoordinatorGaveToSomebodyElse() {
    try (Worker started = start(Duration.ofSeconds(1))) {
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
    planted();

    CompletableFuture<Void> closed = CompletableFuture.runAsync(stopping::close);

    await().atMost(LONG.dividedBy(2)).until(closed::isDone);
  }
}
