package io.verillm.gpu;

import io.verillm.broker.LocalBroker;
import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.Commitment;
import io.verillm.events.Control;
import io.verillm.events.ControlAction;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.EpochClosed;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.RequestInput;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Task;
import io.verillm.events.Tokens;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import io.verillm.topics.TopicsDisagree;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Plays the coordinator by hand and sees what workers say. */
public final class TestCoordinator implements AutoCloseable {
  private static final long PROFILE_VERSION = 1;
  private static final VrfKey VRF = VrfKey.fromSeed(Hashing.hash("vrf").bytes());
  private static final VrfKey WITNESS = VrfKey.fromSeed(Hashing.hash("witness").bytes());
  private static final EventSigner SEALER =
      new EventSigner(Signers.SEALER, Keys.signing("coordinator"));

  /** Numbers of epochs; every coordinator of a process goes on with them. */
  private static final AtomicLong EPOCHS = new AtomicLong(1);

  private static final Set<Long> EARLY = ConcurrentHashMap.newKeySet();

  /** Behind every commitment that a test makes. */
  private static final long ALL = 1L << 40;

  public final Catalogue catalogue = Catalogue.local();
  private final KafkaAccess bootstrapServers;
  private String calibrationId = "";
  private final SignedProducer producer;
  private final Consumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

  public TestCoordinator(LocalBroker broker, Collection<String> workers) throws TopicsDisagree {
    bootstrapServers = KafkaAccess.open(broker.bootstrapServers());
    try (Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, catalogue).apply(catalogue.all(workers));
    }
    producer =
        SignedProducer.idempotent(
            KafkaAccess.open(broker.bootstrapServers()),
            new EventSigner(Signers.COORDINATOR, Keys.signing("coordinator")));
    consumer = ConsumerSettings.consumer(KafkaAccess.open(broker.bootstrapServers()));
    consumer.assign(
        Stream.of(
                catalogue.registry(),
                catalogue.commitments(),
                catalogue.tokens(),
                catalogue.openings(),
                catalogue.votes(),
                catalogue.disputes(),
                catalogue.requests(),
                catalogue.flags(),
                catalogue.deadLetters())
            .flatMap(topic ->
                IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .toList());
  }

  public void register() {
    send(
        catalogue.registry(),
        0,
        RegistrySubject.coordinator("c-1"),
        new RegisteredCoordinator(
                "c-1",
                Keys.signing("coordinator").publicKey(),
                VRF.publicKey(),
                catalogue.shards(),
                List.of(
                    new RegisteredWitness(
                        "witness-1", Keys.signing("witness").publicKey(), WITNESS.publicKey())))
            .toEvent());
    send(
        catalogue.registry(),
        0,
        RegistrySubject.model(TinyModel.MODEL_ID),
        new ModelRegistered(
            Wire.buffer(TinyModel.MODEL_ID),
            "tiny",
            "onnxruntime-cpu-fp32",
            "fp32",
            TinyModel.CONFIG.boundaries().stream().map(boundary -> boundary.name()).toList(),
            TinyModel.CONFIG.width(),
            TinyModel.CONFIG.vocabulary(),
            TinyModel.CONFIG.eosId(),
            TinyModel.CONFIG.positions(),
            PROFILE_VERSION));
  }

  public void publish(io.verillm.events.CalibrationPublished calibration) {
    send(
        catalogue.registry(),
        0,
        RegistrySubject.calibration(calibration.getCalibrationId()),
        calibration);
    calibrationId = calibration.getCalibrationId();
  }

  /** Says what the coordinator reads private mode with. */
  public void reads(DecryptionKey key) {
    send(
        catalogue.registry(),
        0,
        RegistrySubject.encryptionKey(Signers.COORDINATOR),
        new EncryptionKeyRegistered(Signers.COORDINATOR, Wire.buffer(key.publicKey().bytes())));
  }

  public void accept(String requestId, int[] prompt, int maxTokens) {
    accept(requestId, prompt, maxTokens, new byte[0]);
  }

  /** As the other, with the requester's key in private mode. */
  public void accept(String requestId, int[] prompt, int maxTokens, byte[] encryptionKey) {
    send(
        catalogue.accepted(),
        TestTasks.SHARD,
        RecordKeys.text(requestId),
        new Accepted(
            requestId,
            Wire.buffer(Hashing.hash("digest")),
            "requester:test",
            Wire.buffer(new byte[0]),
            0,
            Wire.buffer(TinyModel.MODEL_ID),
            0.0,
            0,
            0.0,
            Wire.buffer(new byte[0]),
            maxTokens,
            1,
            100L,
            200L,
            Wire.buffer(Hashing.hash("flag")),
            1,
            Wire.buffer(encryptionKey),
            Wire.buffer(InputSeal.of(UUID.fromString(requestId), input(prompt)))));
  }

  private static RequestInput input(int[] prompt) {
    return new RequestInput(
        Wire.buffer(Digests.promptHash(TestTasks.SALT, prompt)),
        prompt.length,
        0.8,
        40,
        0.95,
        Wire.buffer(TestTasks.SEED),
        Wire.buffer(Hashing.hash("input-salt")));
  }

  public void assign(String worker, Task task) {
    send(catalogue.tasks(worker), 0, Wire.bytes(task.getTaskId()), task);
  }

  /** Sends bytes that need not be a task. */
  public void assignBytes(String worker, byte[] key, byte[] value) {
    producer.sendBytes(catalogue.tasks(worker), 0, key, value);
  }

  /** Sends a record that nobody signed. */
  public void assignUnsigned(String worker, Task task) {
    producer.send(
        new ProducerRecord<>(
            catalogue.tasks(worker).name(),
            0,
            Wire.bytes(task.getTaskId()),
            EventCodec.encode(task)));
  }

  public void control(String worker, Hash taskId, ControlAction action, int size) {
    send(
        catalogue.controls(worker),
        0,
        taskId.bytes(),
        new Control(Wire.buffer(taskId), action, size));
  }

  /** Challenges round 1 of a request that one author wrote whole, by a draw of its own. */
  public void challenge(String requestId, int[] prompt, int size, List<RosterEntry> roster) {
    long epoch = epochs();
    close(epoch);
    close(epoch + 1);
    say(drawn(epoch, requestId, prompt, size, roster));
  }

  /** Says a challenge. */
  public void say(Challenge challenge) {
    say(catalogue.challenges(), challenge.getRequestId(), challenge);
  }

  /** Numbers of two epochs that nobody has closed. */
  public static long epochs() {
    return EPOCHS.getAndAdd(2);
  }

  /** A challenge whose committee an epoch has drawn and whose positions the next, closed or not. */
  public Challenge drawn(
      long epoch, String requestId, int[] prompt, int size, List<RosterEntry> roster) {
    UUID id = UUID.fromString(requestId);
    return new Challenge(
        requestId,
        0,
        1,
        1,
        epoch + 1,
        proof(Draws.challenge(id, 1, 1, randomness(epoch + 1))),
        epoch,
        proof(Draws.committee(id, 1, randomness(epoch))),
        size,
        calibrationId,
        roster,
        positions(epoch, requestId, prompt.length, size).stream()
            .map(p -> new ChallengedPosition(p.position(), p.boundary()))
            .toList(),
        List.of(size),
        1,
        input(prompt));
  }

  private static List<OpenedPosition> positions(
      long epoch, String requestId, int promptLength, int size) {
    Hash output =
        VRF.output(Draws.challenge(UUID.fromString(requestId), 1, 1, randomness(epoch + 1)));
    return PositionDraw.first(
        Draws.caseSeed(output, 0),
        new CaseSpan(promptLength, size, size),
        TinyModel.CONFIG.boundaries().size());
  }

  private static ByteBuffer proof(byte[] alpha) {
    return Wire.buffer(VRF.prove(alpha).bytes());
  }

  private static Hash randomness(long epoch) {
    Hash sealHash = Beacon.sealHash(seal(epoch));
    return Beacon.randomness(sealHash, List.of(WITNESS.output(sealHash.bytes())));
  }

  /** Numbers of two epochs whose seals cover no commitment at all. */
  public static long earlyEpochs() {
    long epoch = epochs();
    EARLY.addAll(List.of(epoch, epoch + 1));
    return epoch;
  }

  /** Closes an epoch in every shard; its seal covers what was committed so far, and more. */
  public void close(long epoch) {
    byte[] value = seal(epoch);
    EpochClosed closed =
        new EpochClosed(
            epoch,
            ByteBuffer.wrap(value),
            ByteBuffer.wrap(
                SEALER
                    .sign(catalogue.seals().name(), 0, EpochVerifier.epochKey(epoch), value)
                    .signature()),
            List.of(
                new CosignatureCopy(
                    "witness-1",
                    Wire.buffer(Beacon.cosign(WITNESS, Beacon.sealHash(value)).bytes()))));
    for (int shard = 0; shard < catalogue.shards(); shard++) {
      write(
          System.currentTimeMillis(),
          catalogue.shardInputs(),
          shard,
          RecordKeys.shard(shard),
          closed,
          SEALER);
    }
  }

  private static byte[] seal(long epoch) {
    long commitments = EARLY.contains(epoch) ? 0 : ALL;
    SortedMap<LogPartition, Long> ends = new TreeMap<>();
    Topic sealed = Catalogue.local().commitments();
    for (int shard = 0; shard < sealed.partitions(); shard++) {
      ends.put(new LogPartition(sealed.name(), shard), commitments);
    }
    SealState before = SealState.start(ends.keySet());
    SealChain chain =
        new SealChain(epoch, epoch == 0 ? new Hash(new byte[32]) : Hashing.hash("seal"), 0, ends);
    return EventCodec.encode(
        new SealState(chain, before.tree()).seal(EpochRecords.none(), epoch, SEALER.key()));
  }

  /** The last verdict about a request that one author wrote whole: rejected. */
  public void decide(String requestId, int size, Hash task, String author) {
    decide(System.currentTimeMillis(), requestId, size, task, author);
  }

  /** The same at another time. */
  public void decide(long atMillis, String requestId, int size, Hash task, String author) {
    sayAt(
        atMillis,
        catalogue.verdicts(),
        requestId,
        new Verdict(
            requestId,
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
            size,
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

  /** Says something in the tests' shard. */
  public void say(Topic topic, String key, SpecificRecord event) {
    send(topic, TestTasks.SHARD, RecordKeys.text(key), event);
  }

  /** Says something in the tests' shard that was written at another time. */
  public void sayAt(long atMillis, Topic topic, String key, SpecificRecord event) {
    write(atMillis, topic, TestTasks.SHARD, RecordKeys.text(key), event, producer.signer());
  }

  /** Registers a worker at another time. */
  public void registerAt(long atMillis, WorkerRegistered event) {
    EventSigner signer =
        new EventSigner(Signers.worker(event.getWorker()), Keys.signing(event.getWorker()));
    write(atMillis, catalogue.registry(), 0, RegistrySubject.of(event), event, signer);
  }

  private void write(
      long atMillis,
      Topic topic,
      int partition,
      byte[] key,
      SpecificRecord event,
      EventSigner signer) {
    ProducerRecord<byte[], byte[]> now = SignedRecords.signed(topic, partition, key, event, signer);
    producer.send(
        new ProducerRecord<>(
            topic.name(), partition, atMillis, now.key(), now.value(), now.headers()));
  }

  /** Says something with a worker's own key. */
  public void sayAs(String worker, Topic topic, SpecificRecord event) {
    sayAs(worker, topic, TestTasks.SHARD, event);
  }

  /** The same in any partition, which a signature does not cover. */
  public void sayAs(String worker, Topic topic, int partition, SpecificRecord event) {
    EventSigner signer = new EventSigner(Signers.worker(worker), Keys.signing(worker));
    try (SignedProducer own = SignedProducer.idempotent(bootstrapServers, signer)) {
      own.send(topic, partition, RecordKeys.text("by-hand"), event);
      own.flush();
    }
  }

  public static RosterEntry entry(Hash taskId, String worker, RosterRole role, Hash contextHash) {
    return entry(taskId.bytes(), worker, role, contextHash);
  }

  /** An entry whose task id may have any length. */
  public static RosterEntry entry(byte[] taskId, String worker, RosterRole role, Hash contextHash) {
    return entry(taskId, worker, role, contextHash, contextHash, Optional.empty());
  }

  /** An entry with the output that its seal must hold, and the commitment that counts. */
  public static RosterEntry entry(
      byte[] taskId,
      String worker,
      RosterRole role,
      Hash contextHash,
      Hash outputHash,
      Optional<Commitment> committed) {
    ByteBuffer nothing = Wire.buffer(new byte[0]);
    return new RosterEntry(
        Wire.buffer(taskId),
        worker,
        role,
        role == RosterRole.AUTHOR ? 0 : 1,
        0,
        Wire.buffer(new byte[0]),
        Wire.buffer(contextHash),
        Wire.buffer(TestTasks.NONCE),
        true,
        role == RosterRole.AUTHOR ? 0 : -1,
        Wire.buffer(outputHash),
        committed.map(Commitment::getSealedRoot).orElse(nothing),
        committed.map(Commitment::getOutputTag).orElse(nothing));
  }

  private void send(Topic topic, int partition, byte[] key, SpecificRecord event) {
    producer.send(topic, partition, key, event);
  }

  public List<Commitment> commitments() {
    return events(catalogue.commitments(), Commitment.class);
  }

  public List<Tokens> tokens() {
    return events(catalogue.tokens(), Tokens.class);
  }

  public List<Opening> openings() {
    return events(catalogue.openings(), Opening.class);
  }

  public List<Vote> votes() {
    return events(catalogue.votes(), Vote.class);
  }

  public <T extends SpecificRecord> List<T> events(Topic topic, Class<T> type) {
    List<T> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
      try {
        SpecificRecord event = EventCodec.decode(record.value());
        if (type.isInstance(event)) {
          events.add(type.cast(event));
        }
      } catch (UndecodableEvent e) {
        throw new IllegalStateException(e);
      }
    }
    return events;
  }

  /** Reasons of all dead letters so far. */
  public List<String> deadLetters() {
    return records(catalogue.deadLetters()).stream()
        .map(record -> record.headers().lastHeader("reason"))
        .map(Header::value)
        .map(String::new)
        .toList();
  }

  public List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
    consumer.poll(Duration.ofMillis(50)).forEach(seen::add);
    return seen.stream().filter(record -> record.topic().equals(topic.name())).toList();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
