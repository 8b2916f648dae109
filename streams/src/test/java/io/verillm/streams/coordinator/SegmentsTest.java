package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagClaim;
import io.verillm.events.ModelRegistered;
import io.verillm.events.OutputReady;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.events.Task;
import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.Topic;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One answer of at most ten tokens behind four of prompt, by two authors. */
class SegmentsTest {
  private static final int PROMPT = 4;
  private static final int LIMIT = 14;

  private final KeyValueStore<String, byte[]> kept =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("private"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final PrivateStore store = new PrivateStore(kept);
  private final CoordinatorKeys keys = new CoordinatorBed().keys;
  private final Authors authors = new Authors(keys);
  private final LiveSecrets secrets = new LiveSecrets(keys, store, CoordinatorBed.covered());
  private final List<SpecificRecord> sent = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private List<String> workers = IntStream.rangeClosed(1, 6).mapToObj(i -> "w-0" + i).toList();
  private @Nullable ClaimFault fault;
  private Segments segments;
  private Admission admission;

  @BeforeEach
  void admit() {
    MockProcessorContext<byte[], Outgoing> context =
        new MockProcessorContext<>(
            new Properties(), new TaskId(0, 0), new File(System.getProperty("java.io.tmpdir")));
    kept.init(context.getStateStoreContext(), kept);
    Request request = Request.newBuilder(TestRequests.request(1)).setHandovers(1).build();
    PrivateRequest waiting = new PrivateRequest();
    waiting.id = request.getRequestId();
    waiting.value = EventCodec.encode(request);
    waiting.digest = new byte[32];
    waiting.promptIds = new int[] {87, 104, 121, 63};
    waiting.price = 1_000;
    waiting.escrow = Parameters.demo().escrow(waiting.price, 4);
    waiting.stage = PrivateRequest.Stage.WAITING;
    store.put(waiting);
    RegistrySnapshot registry = registry();
    admission =
        new Admission(
            CoordinatorBed.CATALOGUE,
            0,
            keys,
            () -> registry,
            model -> workers,
            (claim, planted) -> Optional.ofNullable(fault),
            new FakeTexts(),
            store,
            authors,
            CoordinatorBed.covered(),
            new Sent());
    segments = admission.segments();
  }

  private RegistrySnapshot registry() {
    SpecificRecord coordinator =
        new RegisteredCoordinator(
                "coordinator-1",
                keys.signer().publicKey(),
                keys.vrf().publicKey(),
                1,
                List.of(
                    new RegisteredWitness(
                        "witness-1", keys.signer().publicKey(), keys.vrf().publicKey())))
            .toEvent();
    SpecificRecord model =
        new ModelRegistered(
            Wire.buffer(CoordinatorBed.MODEL),
            "test",
            "cpu",
            "fp32",
            List.of("block-0", "norm"),
            4,
            200,
            2,
            CoordinatorBed.POSITIONS,
            100L);
    RegistrySnapshot snapshot = RegistrySnapshot.empty();
    for (SpecificRecord event : List.of(coordinator, model, Parameters.demo().toEvent())) {
      snapshot =
          snapshot
              .apply(
                  new EventSigner(Signers.COORDINATOR, keys.signer())
                      .sign(
                          CoordinatorBed.CATALOGUE.registry().name(),
                          0,
                          RegistrySubject.of(event),
                          EventCodec.encode(event)))
              .snapshot();
    }
    return snapshot;
  }

  private final class Sent implements Outbox {
    @Override
    public byte[] send(Topic topic, byte[] key, SpecificRecord event) {
      sent.add(event);
      return EventCodec.encode(event);
    }

    @Override
    public byte[] send(Topic topic, int partition, byte[] key, SpecificRecord event) {
      return send(topic, key, event);
    }

    @Override
    public void refuse(SignedRecord record, DeadLetterReason reason, String detail) {
      refused.add(reason.name());
    }
  }

  private <T> List<T> sent(Class<T> type) {
    return sent.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private Task task() {
    return sent(Task.class).getLast();
  }

  private static SignedRecord by(String worker) {
    return new SignedRecord(
        "topic", 0, 0, new byte[0], new byte[0], Signers.worker(worker), new byte[64]);
  }

  private void commit(String worker, Task task, CommitmentStep step, ByteBuffer tag) {
    segments.commitment(
        by(worker), new Commitment(task.getTaskId(), worker, step, Wire.buffer(new byte[32]), tag));
  }

  private void stream(String worker, Task task, int sequence, TokensFinish finish, int... ids) {
    segments.tokens(
        by(worker),
        new Tokens(
            task.getTaskId(), worker, sequence, 0, IntStream.of(ids).boxed().toList(), finish));
  }

  private void finish(String worker, Task task, FinishReason reason, int... ids) {
    commit(worker, task, CommitmentStep.PREFILL, null);
    stream(worker, task, 0, TokensFinish.valueOf(reason.name()), ids);
    Hash tag = Digests.outputTag(Digests.outputHash(ids), reason, Wire.bytes(task.getNonce()));
    commit(worker, task, CommitmentStep.FINAL, Wire.buffer(tag));
  }

  private String firstAuthor() {
    return store.request(TestRequests.id(1)).orElseThrow().segment(0).authors.getFirst();
  }

  private int stop() {
    return sent(Control.class).getLast().getSize();
  }

  private static int[] letters(int count, int from) {
    return IntStream.range(0, count).map(i -> from + i).toArray();
  }

  private void assign(int segment, int attempt, String worker, boolean author) {
    Hash id = HashInput.of("task").add(worker).hash();
    segments.assign(
        new Effect.Assign(
            TestRequests.id(1), segment, author ? 0 : 1, attempt, worker, id, author));
  }

  private static Request planted(int number) {
    return Request.newBuilder(TestRequests.request(number))
        .setHandovers(1)
        .setFlagClaims(List.of(new FlagClaim("w-03", 0L, 0, Wire.buffer(new byte[81]))))
        .build();
  }

  private void post(Request request) {
    admission.request(
        new SignedRecord(
            CoordinatorBed.CATALOGUE.requests().name(),
            0,
            0,
            request.getRequestId().getBytes(StandardCharsets.UTF_8),
            EventCodec.encode(request),
            Signers.REQUESTER,
            new byte[64]),
        request);
  }

  private List<String> reasons() {
    return sent(Result.class).stream().map(Result::getReason).toList();
  }

  @Test
  void shouldGiveAPlantedRequestWholeToItsSentinel() {
    PrivateRequest waiting = store.request(TestRequests.id(1)).orElseThrow();
    waiting.value = EventCodec.encode(planted(1));
    store.put(waiting);
    workers = List.of("w-01", "w-02", "w-04", "w-05", "w-06");
    admission.start();
    assertThat(sent(Accepted.class)).as("its sentinel is not there").isEmpty();

    workers = List.of("w-01", "w-02", "w-03", "w-04", "w-05", "w-06");
    admission.start();
    commit("w-03", task(), CommitmentStep.PREFILL, null);

    assertThat(firstAuthor()).isEqualTo("w-03");
    assertThat(stop()).isEqualTo(LIMIT);
    assertThat(sent(Accepted.class).getFirst().getHandovers())
        .as("public, and as in any request")
        .isEqualTo(1);
  }

  @Test
  void shouldPlantOneRequestForASlotAndForgetItWhereTheEscrowIsDenied() {
    post(planted(2));
    post(planted(3));
    assertThat(reasons()).containsExactly("FLAG_ALREADY_PLANTED");

    admission.escrow(new EscrowDecided(TestRequests.id(2), false, 0L, "", "", 0));
    post(planted(4));

    assertThat(sent(ReserveEscrow.class))
        .extracting(ReserveEscrow::getRequestId)
        .containsExactly(TestRequests.id(2), TestRequests.id(4));
  }

  @Test
  void shouldRefuseEveryFalseClaimByName() {
    int number = 2;
    for (ClaimFault each : ClaimFault.values()) {
      fault = each;
      post(planted(number++));
    }
    fault = null;
    Request twice = planted(number);
    FlagClaim claim = twice.getFlagClaims().getFirst();
    post(Request.newBuilder(twice).setFlagClaims(List.of(claim, claim)).build());

    assertThat(reasons())
        .containsExactly(
            "FLAG_UNKNOWN_SENTINEL",
            "FLAG_BAD_PROOF",
            "FLAG_NOT_OWED",
            "FLAG_ALREADY_PLANTED",
            "FLAG_TWICE");
    assertThat(sent(ReserveEscrow.class)).isEmpty();
  }

  /** The acceptance came too late: nobody pays for what is written, so nobody is told it. */
  @Test
  void shouldNeitherContinueNorTellWhatNoEscrowPaysFor() {
    admission.start();
    Task task = task();
    admission.verdict(AdmissionExpiryTest.expired());
    List<ResultKind> told = kinds();
    commit(firstAuthor(), task, CommitmentStep.PREFILL, null);
    stream(firstAuthor(), task, 0, TokensFinish.NONE, 65);

    assertThat(sent(Control.class))
        .singleElement()
        .satisfies(control -> {
          assertThat(control.getAction()).isEqualTo(ControlAction.STOP);
          assertThat(control.getSize()).isEqualTo(PROMPT);
        });
    assertThat(kinds()).isEqualTo(told).doesNotContain(ResultKind.UNVERIFIED);
  }

  private List<ResultKind> kinds() {
    return sent(Result.class).stream().map(Result::getKind).toList();
  }

  @Test
  void shouldStopTheFirstAuthorSomewhereBeforeTheLimit() {
    admission.start();
    commit(firstAuthor(), task(), CommitmentStep.PREFILL, null);

    assertThat(sent(Control.class))
        .extracting(Control::getAction)
        .containsExactly(ControlAction.CONTINUE, ControlAction.STOP);
    assertThat(stop()).isGreaterThan(PROMPT).isLessThan(LIMIT);
  }

  @Test
  void shouldHandOverOnlyWhereACommitteeIsLeft() {
    workers = workers.subList(0, 4);
    admission.start();
    commit(firstAuthor(), task(), CommitmentStep.PREFILL, null);

    assertThat(stop()).isEqualTo(LIMIT);
  }

  @Test
  void shouldJoinTheSegmentsToOneAnswer() {
    admission.start();
    Task first = task();
    commit(firstAuthor(), first, CommitmentStep.PREFILL, null);
    int[] begin = letters(stop() - PROMPT, 65);
    finish(firstAuthor(), first, FinishReason.STOP, begin);
    assertThat(secrets.isLast(TestRequests.id(1), 0)).contains(false);

    String second = secrets.author(TestRequests.id(1), 1, 0, workers.subList(1, 6)).orElseThrow();
    assign(1, 0, second, true);
    Task next = task();
    finish(second, next, FinishReason.EOS, 97);

    assertThat(next.getContext()).hasSize(PROMPT + begin.length).endsWith(begin[begin.length - 1]);
    assertThat(next.getPromptLength()).isEqualTo(PROMPT);
    assertThat(EventCodec.encode(next)).hasSameSizeAs(EventCodec.encode(first));
    assertThat(secrets.isLast(TestRequests.id(1), 1)).contains(true);
    assertThat(sent(OutputReady.class))
        .extracting(OutputReady::getTaskId)
        .containsExactly(first.getTaskId(), next.getTaskId());
    assertThat(sent(OutputReady.class)).allMatch(o -> o.getRequestId().isEmpty());
    assertThat(told()).isEqualTo(new String(begin, 0, begin.length) + "a");
    assertThat(refused).isEmpty();
  }

  private String told() {
    StringBuilder text = new StringBuilder();
    sent(Result.class).stream()
        .filter(r -> r.getKind() == ResultKind.UNVERIFIED)
        .forEach(r -> text.append(r.getText()));
    return text.toString();
  }

  @Test
  void shouldGiveCheckersTheWholeAnswerInATaskOfTheSameForm() {
    admission.start();
    Task first = task();
    finish(firstAuthor(), first, FinishReason.EOS, 65);
    assign(1, 0, "y-05", false);

    assertThat(task().getContext()).hasSize(PROMPT + 1);
    assertThat(EventCodec.encode(task())).hasSameSizeAs(EventCodec.encode(first));
    assertThat(secrets.isLast(TestRequests.id(1), 0)).contains(true);
    commit("y-05", task(), CommitmentStep.PREFILL, null);
    assertThat(sent(Control.class).getLast().getAction()).isEqualTo(ControlAction.STOP);
    assertThat(stop()).isEqualTo(PROMPT + 1);
  }

  @Test
  void shouldNotListenToAnAuthorThatStopsElsewhere() {
    admission.start();
    commit(firstAuthor(), task(), CommitmentStep.PREFILL, null);
    int room = stop() - PROMPT;
    stream(firstAuthor(), task(), 0, TokensFinish.NONE, letters(room + 1, 65));
    if (room > 1) {
      stream(firstAuthor(), task(), 0, TokensFinish.STOP, letters(room - 1, 65));
    }
    stream(firstAuthor(), task(), 0, TokensFinish.LENGTH, letters(room, 65));

    assertThat(refused).isNotEmpty().containsOnly("bad-tokens");
    assertThat(told()).isEmpty();
  }

  @Test
  void shouldTellNothingTwiceWhenASegmentBeginsAnew() {
    admission.start();
    Task first = task();
    commit(firstAuthor(), first, CommitmentStep.PREFILL, null);
    int[] begin = letters(stop() - PROMPT, 65);
    stream(firstAuthor(), first, 0, TokensFinish.NONE, begin[0]);
    secrets.author(TestRequests.id(1), 0, 1, List.of("y-02"));
    assign(0, 1, "y-02", true);
    stream(firstAuthor(), first, 1, TokensFinish.NONE, 120);
    finish("y-02", task(), FinishReason.STOP, begin);

    assertThat(told()).isEqualTo(new String(begin, 0, begin.length));
    assertThat(sent(OutputReady.class)).hasSize(1);
  }

  @Test
  void shouldDrawThePointsFromTheSecretAndNothingElse() {
    CoordinatorKeys others = new CoordinatorKeys(keys.signer(), keys.vrf(), new byte[32]);
    List<List<Integer>> points =
        IntStream.range(0, 50)
            .mapToObj(i -> HandoverPlan.points(keys, TestRequests.id(i), 100, 3))
            .toList();

    assertThat(points)
        .allSatisfy(p ->
            assertThat(p).hasSize(3).isSorted().doesNotHaveDuplicates().allMatch(n -> n < 100));
    assertThat(points.stream().distinct()).hasSize(50);
    assertThat(HandoverPlan.points(keys, TestRequests.id(1), 100, 3)).isEqualTo(points.get(1));
    assertThat(HandoverPlan.points(others, TestRequests.id(1), 100, 3)).isNotEqualTo(points.get(1));
    assertThat(HandoverPlan.points(keys, TestRequests.id(1), 1, 3)).isEmpty();
    assertThat(HandoverPlan.points(keys, TestRequests.id(1), 3, 3)).containsExactly(1, 2);
  }
}
