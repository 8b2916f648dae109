package io.verillm.streams.coordinator;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Seal;
import io.verillm.events.StakeChanged;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.protocol.shard.Secrets;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** One shard's processor over stores that outlive it. */
final class CoordinatorBed {
  static final Catalogue CATALOGUE = Catalogue.of(1);
  static final Hash MODEL = HashInput.of("model").hash();
  static final int POSITIONS = 128;
  private static final SigningKey COORDINATOR = signing("coordinator");

  final CoordinatorKeys keys =
      new CoordinatorKeys(COORDINATOR, VrfKey.fromSeed(seed("vrf")), seed("secret"));
  private final KeyValueStore<Bytes, byte[]> log =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(CoordinatorProcessor.LOG_STORE),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final KeyValueStore<String, byte[]> secrets =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(CoordinatorProcessor.PRIVATE_STORE),
              Serdes.String(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<LogPartition, List<LogLeaf>> unsealed = new TreeMap<>();
  private SealState seals =
      SealState.start(
          CATALOGUE.publicInputs().stream()
              .flatMap(topic ->
                  IntStream.range(0, topic.partitions())
                      .mapToObj(partition -> new LogPartition(topic.name(), partition)))
              .sorted()
              .toList());
  private final List<Record<? extends byte[], ? extends Outgoing>> sent = new ArrayList<>();
  final Backlog backlog = new Backlog();
  private MockProcessorContext<byte[], Outgoing> context;
  private CoordinatorProcessor processor;

  CoordinatorBed() {
    start(true);
  }

  private static byte[] seed(String name) {
    return HashInput.of("seed").add(name).hash().bytes();
  }

  static VrfKey vrf(String worker) {
    return VrfKey.fromSeed(seed("vrf of " + worker));
  }

  static SigningKey signing(String name) {
    return SigningKey.fromSeed(seed(name));
  }

  /** What deciding asks. */
  Secrets secrets() {
    return new LiveSecrets(keys, new PrivateStore(secrets), covered());
  }

  /** Turns of workers whose stake answers for all of them. */
  static OpenTurns covered() {
    return new OpenTurns(worker -> 1L << 40, () -> 1);
  }

  /** Another process takes over with the same stores. */
  void restart() {
    start(false);
  }

  private void start(boolean fresh) {
    context =
        new MockProcessorContext<>(
            new Properties(), new TaskId(0, 0), new File(System.getProperty("java.io.tmpdir")));
    if (fresh) {
      log.init(context.getStateStoreContext(), log);
      secrets.init(context.getStateStoreContext(), secrets);
    }
    context.addStateStore(log);
    context.addStateStore(secrets);
    context.setCurrentStreamTimeMs(0);
    processor = new CoordinatorProcessor(CATALOGUE, keys, new FakeTexts(), new Counters(), backlog);
    processor.init(context);
  }

  /** Coordinator, model, parameters. */
  CoordinatorBed registered() {
    return registered(Parameters.demo());
  }

  /** Coordinator, model, these parameters. */
  CoordinatorBed registered(Parameters parameters) {
    registry(
        Signers.COORDINATOR,
        new RegisteredCoordinator(
                "coordinator-1",
                COORDINATOR.publicKey(),
                keys.vrf().publicKey(),
                1,
                List.of(
                    new RegisteredWitness(
                        "witness-1", COORDINATOR.publicKey(), keys.vrf().publicKey())))
            .toEvent());
    registry(
        Signers.COORDINATOR,
        new ModelRegistered(
            Wire.buffer(MODEL),
            "test",
            "cpu",
            "fp32",
            List.of("block-0", "norm"),
            4,
            200,
            2,
            POSITIONS,
            100L));
    parameters(parameters.toEvent());
    return this;
  }

  void parameters(ParametersSet event) {
    registry(Signers.COORDINATOR, event);
  }

  CoordinatorBed worker(String id) {
    return worker(id, "op-" + id);
  }

  CoordinatorBed worker(String id, String operator) {
    return worker(id, operator, 1_000_000L);
  }

  CoordinatorBed worker(String id, String operator, long stake) {
    String signer = Signers.worker(id);
    registry(
        signer,
        new WorkerRegistered(
            id,
            operator,
            Wire.buffer(signing(signer).publicKey().bytes()),
            Wire.buffer(vrf(id).publicKey().bytes())));
    registry(signer, new WorkerReady(id, List.of(Wire.buffer(MODEL)), "cpu", true, 1L));
    send(
        CATALOGUE.shardInputs(),
        Signers.LEDGER,
        RecordKeys.shard(0),
        new StakeChanged(id, stake, 0L));
    return this;
  }

  /** A party says what it reads private mode with. */
  CoordinatorBed reads(String party, DecryptionKey key) {
    registry(party, new EncryptionKeyRegistered(party, Wire.buffer(key.publicKey().bytes())));
    return this;
  }

  private void registry(String signer, SpecificRecord event) {
    SignedRecord record =
        signer(signer)
            .sign(
                CATALOGUE.registry().name(),
                0,
                RegistrySubject.of(event),
                EventCodec.encode(event));
    send(
        CATALOGUE.shardInputs(),
        Signers.COORDINATOR,
        RecordKeys.shard(0),
        new RegistryUpdate(
            0L,
            Wire.buffer(record.key()),
            Wire.buffer(record.value()),
            record.signer(),
            Wire.buffer(record.signature())));
  }

  private static EventSigner signer(String name) {
    boolean coordinator =
        List.of(Signers.COORDINATOR, Signers.LEDGER, Signers.SEALER).contains(name);
    return new EventSigner(name, coordinator ? COORDINATOR : signing(name));
  }

  void send(Topic topic, String signer, byte[] key, SpecificRecord event) {
    deliver(signer(signer).sign(topic.name(), 0, key, EventCodec.encode(event)));
  }

  /** Delivers a record as it is; its offset is given here. */
  void deliver(SignedRecord record) {
    long offset = offsets.merge(record.topic(), 1L, Long::sum) - 1;
    LogPartition partition = new LogPartition(record.topic(), record.partition());
    if (seals.chain().ends().containsKey(partition)) {
      unsealed
          .computeIfAbsent(partition, p -> new ArrayList<>())
          .add(
              LogLeaf.of(
                  new SignedRecord(
                      record.topic(),
                      record.partition(),
                      offset,
                      record.key(),
                      record.value(),
                      record.signer(),
                      record.signature())));
    }
    context.setRecordMetadata(record.topic(), record.partition(), offset);
    context.resetForwards();
    processor.process(
        new Record<>(
            record.key(),
            record.value(),
            0,
            new RecordHeaders(SignedRecords.headers(record).toArray(Header[]::new))));
    context.forwarded().forEach(f -> sent.add(f.record()));
  }

  /** Seals what was delivered of the public log, and closes the epoch. */
  void closeEpoch(long timeMillis) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    seals
        .chain()
        .ends()
        .keySet()
        .forEach(partition -> leaves.put(partition, unsealed.getOrDefault(partition, List.of())));
    unsealed.clear();
    EpochRecords epoch = EpochRecords.of(leaves);
    Seal seal = seals.seal(epoch, timeMillis, COORDINATOR);
    byte[] value = EventCodec.encode(seal);
    seals = SealCheck.check(seals, value, epoch).sound().orElseThrow();
    SignedRecord signed =
        signer(Signers.SEALER)
            .sign(CATALOGUE.seals().name(), 0, RecordKeys.epoch(seal.getEpoch()), value);
    byte[] proof = keys.vrf().prove(Beacon.sealHash(value).bytes()).bytes();
    send(
        CATALOGUE.shardInputs(),
        Signers.SEALER,
        RecordKeys.shard(0),
        new EpochClosed(
            seal.getEpoch(),
            Wire.buffer(value),
            Wire.buffer(signed.signature()),
            List.of(new CosignatureCopy("witness-1", Wire.buffer(proof)))));
  }

  void request(Request request) {
    send(CATALOGUE.requests(), Signers.REQUESTER, RecordKeys.text(request.getRequestId()), request);
  }

  void escrow(String requestId, boolean granted) {
    escrow(requestId, granted, 0);
  }

  void escrow(String requestId, boolean granted, int waitTicks) {
    String requester = Accounts.requester(signing("requester").publicKey());
    send(
        CATALOGUE.shardInputs(),
        Signers.LEDGER,
        RecordKeys.shard(0),
        new EscrowDecided(
            requestId, granted, reserved(requestId), "", granted ? requester : "", waitTicks));
  }

  private long reserved(String requestId) {
    return sent(CATALOGUE.ledgerCommands(), ReserveEscrow.class).stream()
        .filter(r -> r.getRequestId().equals(requestId))
        .mapToLong(ReserveEscrow::getAmount)
        .findFirst()
        .orElse(0L);
  }

  /** Everything sent to a topic so far. */
  <T extends SpecificRecord> List<T> sent(Topic topic, Class<T> type) {
    return sent.stream()
        .filter(r -> r.value().topic().equals(topic.name()))
        .map(r -> decode(r.value().value()))
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Everything sent, to the byte. */
  List<String> allSent() {
    return sent.stream()
        .map(r -> r.value().topic() + Arrays.toString(r.key()) + Arrays.toString(r.value().value()))
        .toList();
  }

  private static SpecificRecord decode(byte[] value) {
    try {
      return EventCodec.decode(value);
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }

  /** Keys and values of all dead letters so far, in turn. */
  List<byte[]> deadLetterBytes() {
    return sent.stream()
        .filter(r -> r.value().topic().equals(CATALOGUE.deadLetters().name()))
        .flatMap(r -> Stream.of(r.key(), r.value().value()))
        .toList();
  }

  /** Reasons of all dead letters so far. */
  List<String> deadLetters() {
    return sent.stream()
        .filter(r -> r.value().topic().equals(CATALOGUE.deadLetters().name()))
        .map(r ->
            new String(
                r.headers().lastHeader(DeadLetters.REASON_HEADER).value(), StandardCharsets.UTF_8))
        .toList();
  }
}
