package io.verillm.intake;

import io.verillm.broker.LocalBroker;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.events.Result;
import io.verillm.events.ResultKind;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.SignerKeys;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A real broker with a registry that knows one model. */
final class TestLog implements AutoCloseable {
  static final Catalogue CATALOGUE = Catalogue.local();

  /** Records of the registry. */
  static final int REGISTRATIONS = 3;

  /** How long its requests wait for workers. */
  static final int WAIT_TICKS = 3_600;

  static final Hash MODEL = Hashing.hash("tiny-model");
  private static final SigningKey COORDINATOR =
      SigningKey.fromSeed(Hashing.hash("coordinator").bytes());
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final LocalBroker broker;

  TestLog(Path directory) throws Exception {
    broker = LocalBroker.start(directory, 0);
    try (Admin admin = access().admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.all(List.of()));
    }
    try (SignedProducer producer =
        SignedProducer.idempotent(access(), new EventSigner(Signers.COORDINATOR, COORDINATOR))) {
      for (SpecificRecord event : List.of(coordinator(), model(), parameters())) {
        producer.send(CATALOGUE.registry(), RegistrySubject.of(event), event);
      }
      producer.flush();
    }
  }

  KafkaAccess access() {
    return KafkaAccess.open(broker.bootstrapServers());
  }

  void stop() {
    broker.close();
  }

  private static CoordinatorRegistered coordinator() {
    VrfKey vrf = VrfKey.fromSeed(Hashing.hash("coordinator").bytes());
    return new RegisteredCoordinator(
            "main",
            COORDINATOR.publicKey(),
            vrf.publicKey(),
            CATALOGUE.shards(),
            List.of(new RegisteredWitness("witness", COORDINATOR.publicKey(), vrf.publicKey())))
        .toEvent();
  }

  private static ModelRegistered model() {
    return new ModelRegistered(
        ByteBuffer.wrap(MODEL.bytes()),
        "tiny",
        "cpu-fp32",
        "fp32",
        List.of("block2", "norm"),
        64,
        256,
        0,
        128,
        7L);
  }

  private static ParametersSet parameters() {
    return Parameters.demo().withWaitTicks(WAIT_TICKS).toEvent();
  }

  /** Writes what the coordinator says of a request. */
  void result(String requestId, ResultKind kind, String text, String reason) {
    try (SignedProducer producer =
        SignedProducer.idempotent(access(), new EventSigner(Signers.COORDINATOR, COORDINATOR))) {
      producer.send(
          CATALOGUE.results(),
          RecordKeys.text(requestId),
          new Result(
              requestId,
              kind,
              kind.ordinal(),
              text,
              List.of(),
              reason,
              "paper",
              List.of("rows"),
              List.of("tokens")));
      producer.flush();
    }
  }

  /** Requests with this id, each as its reader takes it. */
  List<Request> requests(String requestId) {
    List<Request> found = new ArrayList<>();
    try (RegistryReader registry = RegistryReader.open(access())) {
      SignerKeys keys = SignerKeys.of(registry.refresh(TIMEOUT));
      for (ConsumerRecord<byte[], byte[]> record : read()) {
        if (new String(record.key(), java.nio.charset.StandardCharsets.UTF_8).equals(requestId)) {
          Reading reading =
              EventReader.read(CATALOGUE.requests(), SignedRecords.from(record), keys);
          if (record.partition() != CATALOGUE.shardOf(requestId)
              || !(reading instanceof Reading.Valid valid)) {
            throw new AssertionError("not a request that counts: " + reading);
          }
          found.add((Request) valid.event());
        }
      }
    }
    return found;
  }

  List<ConsumerRecord<byte[], byte[]>> read() {
    List<TopicPartition> partitions =
        IntStream.range(0, CATALOGUE.shards())
            .mapToObj(p -> new TopicPartition(CATALOGUE.requests().name(), p))
            .toList();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    broker.close();
  }
}
