package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.EpochClosed;
import io.verillm.events.FundAccount;
import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.RosterEntry;
import io.verillm.events.Seal;
import io.verillm.events.StakeChanged;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RequestDraft;
import io.verillm.topics.RequesterClient;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import io.verillm.topics.access.ClusterAccess;
import io.verillm.topics.access.Principal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bad input on a real broker: one named outcome, counted, and the partition goes on. The test
 * itself plays one worker, w-99, so that it decides when a case may go on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String PLAYED = "w-99";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path directory;

  private LocalStack stack;
  private RequesterClient client;
  private SignedProducer raw;

  @BeforeAll
  void start() throws Exception {
    stack =
        LocalStack.start(
            new StackFolder(directory.resolve("stack")),
            StackPlan.of(3, true, 7),
            new Random(7),
            LocalStack.ANY_PORT);
    client = client(stack.keys().requester());
    raw = SignedProducer.idempotent(stack.as(Principal.OPERATOR), stack.keys().coordinatorSigner());
  }

  @AfterAll
  void stop() {
    raw.close();
    client.close();
    stack.close();
  }

  private RequesterClient client(SigningKey key) throws Exception {
    return RequesterClient.connect(
        stack.as(Principal.REQUESTER), key, Clock.systemUTC(), new Random(11));
  }

  @Test
  void shouldNameEveryRecordThatIsNoRequest() throws Exception {
    Topic requests = stack.catalogue().requests();
    RequestDraft draft = draft(0);
    byte[] key = RecordKeys.text(draft.requestId());
    byte[] good = EventCodec.encode(draft.request(stack.keys().requester().publicKey()));
    byte[] unknown = good.clone();
    unknown[4] ^= 1;
    SigningKey other = SigningKey.fromSeed(new byte[32]);

    raw.send(new ProducerRecord<>(requests.name(), 0, key, new byte[] {1, 2, 3}));
    send(requests, 0, key, new byte[] {1, 2, 3}, Signers.REQUESTER, other);
    send(requests, 0, key, unknown, Signers.REQUESTER, other);
    send(requests, 0, key, good, Signers.REQUESTER, other);
    send(requests, 0, key, good, "somebody", other);

    awaitLetters("no-signature", 1);
    awaitLetters("undecodable", 1);
    awaitLetters("unknown-schema", 1);
    awaitLetters("wrong-signature", 1);
    awaitLetters("signer-not-allowed", 1);
    assertStillAccepts();
  }

  @Test
  void shouldNameEveryRequestThatIsNotAdmitted() throws Exception {
    RequestDraft good = draft(1);
    refused(with(draft(1), "x".repeat(70_000), 8, 0.5, good.budget()), "PROMPT_TOO_LONG");
    refused(with(draft(1), "a prompt", 100_000, 0.5, good.budget()), "BAD_MAX_TOKENS");
    refused(with(draft(1), "a prompt", 8, -1, good.budget()), "BAD_TEMPERATURE");
    refused(with(draft(1), "a prompt", 8, Double.NaN, good.budget()), "BAD_TEMPERATURE");
    refused(with(draft(1), "a prompt", 8, 0.5, 1), "BUDGET_TOO_SMALL");
    refused(unknownModel(draft(1)), "UNKNOWN_MODEL");

    String id = client.submit(good);
    client.submit(good);
    client.submit(with(good, "another prompt", 8, 0.5, good.budget()));
    awaitLetters("duplicate-id", 1);
    assertThat(client.await(id, PATIENCE).reason()).isEqualTo("ACCEPTED");
    assertThat(acceptances(id)).isEqualTo(1);
    assertStillAccepts();
  }

  @Test
  void shouldNotAssignToAWorkerWhoseTopicsAreMissing() throws Exception {
    SigningKey key = SigningKey.fromSeed(HashInput.of("w-98").hash().bytes());

    register("w-98", key);

    awaitLetters("topic-missing", 1);
    assertStillAccepts();
  }

  @Test
  void shouldNameEveryBadRecordOfAWorkerWhileItsCaseGoesOn() throws Exception {
    SigningKey key = SigningKey.fromSeed(HashInput.of(PLAYED).hash().bytes());
    Topic commitments = stack.catalogue().commitments();
    Topic votes = stack.catalogue().votes();
    join(key);
    RequestDraft draft = draft(0);
    client.submit(draft);
    Task task = nextTask();
    Hash taskId = Wire.hash(task.getTaskId());
    // Of a checker of this request: the author's are late at this stage, and so no duplicates.
    Commitment honest =
        await()
            .atMost(PATIENCE)
            .until(
                () -> behindTheLastText(awaitEvents(commitments, Commitment.class)),
                c -> c != null);

    // The challenge waits for w-99: everything here is before it.
    publish(commitments, commitment(PLAYED, HashInput.of("nobody's").hash()), PLAYED, key);
    publish(commitments, commitment(PLAYED, Wire.hash(honest.getTaskId())), PLAYED, key);
    publish(commitments, honest, honest.getWorker(), stack.keys().worker(honest.getWorker()));
    publish(votes, vote(draft.requestId(), taskId), PLAYED, key);
    publish(commitments, commitment("w-97", taskId), "w-97", key);
    awaitLetters("unknown-task", 1);
    awaitLetters("not-your-task", 1);
    awaitLetters("duplicate-commitment", 1);
    awaitLetters("before-challenge", 1);
    awaitLetters("unknown-signer", 1);

    publish(commitments, commitment(PLAYED, taskId), PLAYED, key);
    Challenge challenge = awaitChallenge(draft.requestId());
    publish(stack.catalogue().openings(), nonsense(challenge, taskId), PLAYED, key);
    awaitLetters("does-not-fit-seal", 1);

    Verdict last = awaitLastVerdict(draft.requestId());
    assertThat(last.getMembers())
        .filteredOn(m -> m.getWorker().equals(PLAYED))
        .extracting(m -> m.getDecision().name())
        .containsExactly("FAULT");
    publish(votes, vote(draft.requestId(), taskId), PLAYED, key);
    awaitLetters("late", 1);
    leave(key);
    assertStillAccepts();
    assertThat(stack.audit().identical()).isTrue();
  }

  private void assertStillAccepts() throws Exception {
    String id = client.submit(draft(0));
    assertThat(client.await(id, PATIENCE).reason()).isEqualTo("ACCEPTED");
    assertThat(stack.failure()).isEmpty();
  }

  private RequestDraft draft(int shard) throws Exception {
    RequestDraft draft = client.draft(BuiltInModel.NAME, "The LORD is my", 8, 0.5, 0);
    while (stack.catalogue().shardOf(draft.requestId()) != shard) {
      draft = client.draft(BuiltInModel.NAME, "The LORD is my", 8, 0.5, 0);
    }
    return draft;
  }

  private static RequestDraft with(
      RequestDraft d, String prompt, int maxTokens, double temperature, long budget) {
    return new RequestDraft(
        d.requestId(),
        d.modelId(),
        prompt,
        maxTokens,
        temperature,
        d.topK(),
        d.topP(),
        d.checkers(),
        d.handovers(),
        budget,
        d.nonce(),
        d.flagSalt());
  }

  private static RequestDraft unknownModel(RequestDraft d) {
    return new RequestDraft(
        d.requestId(),
        HashInput.of("no model").hash(),
        d.prompt(),
        d.maxTokens(),
        d.temperature(),
        d.topK(),
        d.topP(),
        d.checkers(),
        d.handovers(),
        d.budget(),
        d.nonce(),
        d.flagSalt());
  }

  private void refused(RequestDraft draft, String reason) throws Exception {
    String id = client.submit(draft);
    assertThat(client.await(id, PATIENCE).reason()).as(reason).isEqualTo(reason);
    awaitLetters(reason.toLowerCase(java.util.Locale.ROOT).replace('_', '-'), 1);
  }

  private long acceptances(String requestId) {
    return awaitEvents(stack.catalogue().accepted(), io.verillm.events.Accepted.class).stream()
        .filter(a -> a.getRequestId().equals(requestId))
        .count();
  }

  private void send(
      Topic topic, int partition, byte[] key, byte[] value, String signer, Signer signingKey) {
    raw.send(
        SignedRecords.signed(topic, partition, key, value, new EventSigner(signer, signingKey)));
  }

  private void publish(Topic topic, SpecificRecord event, String worker, Signer key) {
    byte[] recordKey = RecordKeys.text("any");
    send(topic, 0, recordKey, EventCodec.encode(event), Signers.worker(worker), key);
    raw.flush();
  }

  private static Commitment commitment(String worker, Hash taskId) {
    return new Commitment(
        Wire.buffer(taskId),
        worker,
        CommitmentStep.PREFILL,
        Wire.buffer(HashInput.of("a root").hash()),
        null);
  }

  private static Vote vote(String requestId, Hash taskId) {
    return new Vote(
        requestId, 0, 1, Wire.buffer(taskId), PLAYED, VoteDecision.REJECT, VoteReason.MODEL);
  }

  /** An opening of the right shape that has nothing to do with what was committed. */
  private static Opening nonsense(Challenge challenge, Hash taskId) {
    Hash any = HashInput.of("any").hash();
    List<OpenedPosition> positions =
        challenge.getPositions().stream().map(p -> position(p, any)).toList();
    return new Opening(
        challenge.getRequestId(),
        0,
        challenge.getRound(),
        challenge.getPart(),
        Wire.buffer(taskId),
        PLAYED,
        OpeningStep.PREFILL,
        Wire.buffer(any),
        Wire.buffer(any),
        challenge.getSize(),
        Wire.buffer(any),
        OpeningFinish.NONE,
        "onnxruntime-cpu-fp32",
        Wire.buffer(any),
        Wire.buffer(new byte[4]),
        positions);
  }

  private static OpenedPosition position(ChallengedPosition p, Hash any) {
    OpenedRow row =
        new OpenedRow(p.getBoundary(), Wire.buffer(new byte[640]), Wire.buffers(List.of(any)));
    return new OpenedPosition(p.getPosition(), 1, List.of(row), Wire.buffers(List.of(any)));
  }

  private void register(String worker, SigningKey key) {
    Topic registry = stack.catalogue().registry();
    EventSigner signer = new EventSigner(Signers.worker(worker), key);
    SpecificRecord joins =
        new WorkerRegistered(
            worker, worker, Wire.buffer(key.publicKey().bytes()), Wire.buffer(new byte[0]));
    for (SpecificRecord event : List.of(joins, ready(worker, true))) {
      raw.send(SignedRecords.signed(registry, 0, RegistrySubject.of(event), event, signer));
    }
    raw.flush();
  }

  private WorkerReady ready(String worker, boolean ready) {
    Hash model = client.registry().models().firstKey();
    return new WorkerReady(
        worker, List.of(Wire.buffer(model)), "onnxruntime-cpu-fp32", ready, ready ? 1L : 2L);
  }

  /** Makes w-99 a worker with topics and stake, and waits until shard 0 counts it. */
  private void join(SigningKey key) throws Exception {
    try (Admin admin = stack.as(Principal.OPERATOR).admin()) {
      new ClusterTopics(admin, stack.catalogue()).apply(stack.catalogue().ofWorker(PLAYED));
      new ClusterAccess(admin, stack.catalogue())
          .apply(List.of(Principal.COORDINATOR, Principal.worker(PLAYED)), false);
    }
    register(PLAYED, key);
    String account = Accounts.stake(PLAYED);
    raw.send(
        stack.catalogue().ledgerCommands(),
        RecordKeys.text("fund/" + account),
        new FundAccount("fund/" + account, account, Endowment.STAKE_UNITS));
    raw.flush();
    await().atMost(PATIENCE).until(this::shardCountsThePlayedWorker);
  }

  private void leave(SigningKey key) {
    SpecificRecord event = ready(PLAYED, false);
    raw.send(
        SignedRecords.signed(
            stack.catalogue().registry(),
            0,
            RegistrySubject.of(event),
            event,
            new EventSigner(Signers.worker(PLAYED), key)));
    raw.flush();
    long noted = stack.catalogue().shards();
    await().atMost(PATIENCE).until(() -> copies(ready -> !ready.getReady()).count() >= noted);
  }

  private Stream<WorkerReady> copies(java.util.function.Predicate<WorkerReady> which) {
    return read(stack.catalogue().shardInputs()).stream()
        .flatMap(r -> decoded(r, RegistryUpdate.class).stream())
        .flatMap(u -> decoded(Wire.bytes(u.getValue()), WorkerReady.class).stream())
        .filter(w -> w.getWorker().equals(PLAYED))
        .filter(which);
  }

  private boolean shardCountsThePlayedWorker() {
    long needed = -1;
    boolean staked = false;
    boolean ready = false;
    for (ConsumerRecord<byte[], byte[]> r : read(stack.catalogue().shardInputs())) {
      if (r.partition() != 0) {
        continue;
      }
      boolean stake =
          decoded(r, StakeChanged.class).filter(s -> s.getWorker().equals(PLAYED)).isPresent();
      boolean readiness =
          decoded(r, RegistryUpdate.class)
              .flatMap(u -> decoded(Wire.bytes(u.getValue()), WorkerReady.class))
              .filter(w -> w.getWorker().equals(PLAYED))
              .isPresent();
      if (stake || readiness) {
        staked |= stake;
        ready |= readiness;
        needed = r.offset();
      }
      Optional<Seal> seal =
          decoded(r, EpochClosed.class).flatMap(e -> decoded(Wire.bytes(e.getSeal()), Seal.class));
      if (staked && ready && seal.isPresent() && covers(seal.get(), needed)) {
        return true;
      }
    }
    return false;
  }

  private boolean covers(Seal seal, long offset) {
    String spine = stack.catalogue().shardInputs().name();
    return seal.getRanges().stream()
        .anyMatch(r -> r.getTopic().equals(spine) && r.getPartition() == 0 && r.getEnd() > offset);
  }

  private Task nextTask() {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                read(stack.catalogue().tasks(PLAYED)).stream()
                    .flatMap(r -> decoded(r, Task.class).stream())
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private Challenge awaitChallenge(String requestId) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                awaitEvents(stack.catalogue().challenges(), Challenge.class).stream()
                    .filter(c -> c.getRequestId().equals(requestId))
                    .filter(c ->
                        c.getRoster().stream().map(RosterEntry::getWorker).anyMatch(PLAYED::equals))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private Verdict awaitLastVerdict(String requestId) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                awaitEvents(stack.catalogue().verdicts(), Verdict.class).stream()
                    .filter(v -> v.getRequestId().equals(requestId) && v.getLast())
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static @Nullable Commitment behindTheLastText(List<Commitment> all) {
    Commitment last = all.getLast();
    return last.getStep() == CommitmentStep.PREFILL ? last : null;
  }

  private <T extends SpecificRecord> List<T> awaitEvents(Topic topic, Class<T> type) {
    return read(topic).stream().flatMap(r -> decoded(r, type).stream()).toList();
  }

  /** Waits for dead letters of a reason, and that the stack counted them. */
  private void awaitLetters(String reason, int atLeast) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(letters(reason))
                .as("dead letters %s", reason)
                .hasSizeGreaterThanOrEqualTo(atLeast));
    assertThat(stack.refused()).containsKey(reason);
  }

  private List<String> letters(String reason) {
    return read(stack.catalogue().deadLetters()).stream()
        .map(r -> r.headers().lastHeader(DeadLetters.REASON_HEADER).value())
        .map(value -> new String(value, StandardCharsets.UTF_8))
        .filter(reason::equals)
        .toList();
  }

  private static <T extends SpecificRecord> Optional<T> decoded(
      ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    return decoded(record.value(), type);
  }

  private static <T extends SpecificRecord> Optional<T> decoded(byte[] value, Class<T> type) {
    try {
      return Optional.of(EventCodec.decode(value)).filter(type::isInstance).map(type::cast);
    } catch (io.verillm.schemas.UndecodableEvent e) {
      return Optional.empty();
    }
  }

  /** Everything committed on a topic. */
  private List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
    List<TopicPartition> partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(p -> new TopicPartition(topic.name(), p))
            .toList();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        ConsumerSettings.consumer(stack.as(Principal.OPERATOR))) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
