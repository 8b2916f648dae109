package io.verillm.streams.log;

import io.verillm.broker.LocalBroker;
import io.verillm.events.EpochClosed;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Seal;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.RemovalCheck;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A broker with the catalogue's topics and a coordinator that does nothing but copy registrations.
 */
final class LogStack implements AutoCloseable {
  static final Catalogue CATALOGUE = Catalogue.of(2);
  static final Set<String> WITNESSES = Set.of("one", "two");
  static final SigningKey KEY = SigningKey.fromSeed(seed(1));
  static final EventSigner SEALER = new EventSigner(Signers.SEALER, KEY);

  private final LocalBroker broker;
  private final SignedProducer coordinator;
  private final Path directory;
  private int copied;
  private int lost;

  private LogStack(LocalBroker broker, Path directory) {
    this.broker = broker;
    this.directory = directory;
    this.coordinator =
        SignedProducer.idempotent(
            KafkaAccess.open(broker.bootstrapServers()), new EventSigner(Signers.COORDINATOR, KEY));
  }

  static LogStack start(Path directory) throws Exception {
    LocalBroker broker = LocalBroker.start(directory, 0);
    try (Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      List<NewTopic> topics =
          CATALOGUE.all(List.of()).stream()
              .map(topic ->
                  new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                      .configs(topic.configs()))
              .toList();
      admin.createTopics(topics).all().get();
    }
    LogStack stack = new LogStack(broker, directory);
    stack.write(
        CATALOGUE.registry(),
        0,
        RegistrySubject.coordinator("main"),
        new RegisteredCoordinator(
                "main",
                KEY.publicKey(),
                VrfKey.fromSeed(seed(1)).publicKey(),
                CATALOGUE.shards(),
                WITNESSES.stream().map(id -> keys(id).registered()).toList())
            .toEvent());
    return stack;
  }

  KafkaAccess servers() {
    return KafkaAccess.open(broker.bootstrapServers());
  }

  Sealer sealer() {
    return sealer(InstantSource.system());
  }

  Sealer sealer(InstantSource clock) {
    return Sealer.start(SealerSettings.of(servers()), CATALOGUE, SEALER, clock);
  }

  Witness witness(String id) {
    return witness(id, InstantSource.system());
  }

  /** A witness that has lost its disk, if it had one. */
  Witness witness(String id, InstantSource clock) {
    return witness(id, clock, new LastCosigned(directory.resolve("lost-" + lost++)));
  }

  Witness witness(String id, InstantSource clock, LastCosigned memory) {
    return Witness.start(servers(), CATALOGUE, keys(id), KEY.publicKey(), clock, memory);
  }

  static WitnessKeys keys(String id) {
    return new WitnessKeys(
        id, SigningKey.fromSeed(seed(id.hashCode())), VrfKey.fromSeed(seed(id.hashCode() + 1)));
  }

  static Map<String, VrfPublicKey> vrfKeys() {
    Map<String, VrfPublicKey> vrfKeys = new TreeMap<>();
    WITNESSES.forEach(id -> vrfKeys.put(id, keys(id).vrfKey().publicKey()));
    return vrfKeys;
  }

  /** Copies new registry records to every shard. */
  void copyRegistrations() throws Exception {
    List<SignedRecord> registry = read(CATALOGUE.registry());
    for (; copied < registry.size(); copied++) {
      SignedRecord record = registry.get(copied);
      for (int shard = 0; shard < CATALOGUE.shards(); shard++) {
        write(
            CATALOGUE.shardInputs(),
            shard,
            RecordKeys.shard(shard),
            new RegistryUpdate(
                record.offset(),
                Wire.buffer(record.key()),
                Wire.buffer(record.value()),
                record.signer(),
                Wire.buffer(record.signature())));
      }
    }
  }

  void write(Topic topic, int partition, byte[] key, SpecificRecord event)
      throws ExecutionException, InterruptedException {
    coordinator.send(topic, partition, key, event).get();
  }

  List<SignedRecord> read(Topic topic) {
    return PublicLog.readAll(servers(), List.of(topic));
  }

  /** The epochs closed on one shard, each verified as a shard does; fails at the first fault. */
  List<ClosedEpoch> closed(int shard) {
    EpochVerifier verifier =
        new EpochVerifier(CATALOGUE.seals().name(), KEY.publicKey(), vrfKeys());
    RemovalCheck removalCheck =
        new RemovalCheck(CATALOGUE.seals().name(), KEY.publicKey(), vrfKeys());
    Map<String, Removal> removals = new TreeMap<>();
    SealChain chain = SealChain.start();
    List<ClosedEpoch> epochs = new ArrayList<>();
    for (SignedRecord record : read(CATALOGUE.shardInputs())) {
      if (record.partition() == shard && event(record) instanceof WitnessRemoved event) {
        Seal seal = removalCheck.seal(chain.nextEpoch(), event).sound().orElseThrow();
        removals.put(
            event.getWitness(), removalCheck.removal(event, seal, cosignatures(shard, seal)));
      }
      if (record.partition() == shard && event(record) instanceof EpochClosed event) {
        Checked<ClosedEpoch> checked = verifier.verify(chain, event, removals);
        removals.clear();
        epochs.add(
            checked.sound().orElseThrow(() -> new AssertionError("shard " + shard + checked)));
        chain = EpochVerifier.after(chain, event);
      }
    }
    return epochs;
  }

  private List<SignedRecord> cosignatures(int shard, Seal seal) {
    LogPartition partition = new LogPartition(CATALOGUE.cosignatures().name(), shard);
    long end = RemovalCheck.range(seal, partition).orElseThrow().getEnd();
    return read(CATALOGUE.cosignatures()).stream()
        .filter(record -> record.partition() == shard && record.offset() < end)
        .toList();
  }

  static SpecificRecord event(SignedRecord record) {
    try {
      return EventCodec.decode(record.value());
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    coordinator.close();
    broker.close();
  }

  static byte[] seed(int number) {
    return ByteBuffer.allocate(32).putInt(number).array();
  }
}
