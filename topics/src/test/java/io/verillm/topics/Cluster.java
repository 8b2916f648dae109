package io.verillm.topics;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
import org.awaitility.Awaitility;

/** A broker under test, with the catalogue's topics and a registered coordinator. */
record Cluster(KafkaAccess access) {
  static final Catalogue CATALOGUE = Catalogue.local();
  static final SigningKey COORDINATOR = key("coordinator");
  static final VrfKey COORDINATOR_VRF = VrfKey.fromSeed(seed("coordinator"));
  static final Hash MODEL = Hashing.sha256(new byte[] {1});
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  static Cluster prepared(KafkaAccess access) throws TopicsDisagree {
    Cluster cluster = new Cluster(access);
    try (Admin admin = cluster.admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.all(List.of("w-01")));
    }
    try (SignedProducer producer = cluster.producer(Signers.COORDINATOR, COORDINATOR)) {
      for (SpecificRecord event : List.of(coordinator(), model(), parameters())) {
        Answers.await(producer.send(CATALOGUE.registry(), RegistrySubject.of(event), event));
      }
    }
    return cluster;
  }

  static byte[] seed(String name) {
    return Hashing.sha256(name.getBytes(StandardCharsets.UTF_8)).bytes();
  }

  static SigningKey key(String name) {
    return SigningKey.fromSeed(seed(name));
  }

  static CoordinatorRegistered coordinator() {
    return new RegisteredCoordinator(
            "main",
            COORDINATOR.publicKey(),
            COORDINATOR_VRF.publicKey(),
            CATALOGUE.shards(),
            List.of(namedWitness()))
        .toEvent();
  }

  static RegisteredWitness namedWitness() {
    return new RegisteredWitness(
        "witness", key("witness").publicKey(), VrfKey.fromSeed(seed("v")).publicKey());
  }

  static ModelRegistered model() {
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

  static ParametersSet parameters() {
    return ParametersSet.newBuilder()
        .setVersion(1)
        .setCheckCost(100)
        .setPeerWeight(7200)
        .setFlatFee(300)
        .setSlashBadFlag(10000)
        .setSlashGoodFlag(10000)
        .setSlashOpening(17200)
        .setSlashMissing(500)
        .setSlashAuthor(10000)
        .setLock(17200)
        .setPrefillTicks(240)
        .setSegmentTicks(2400)
        .setOpeningTicks(120)
        .setVoteTicks(120)
        .setDisputeTicks(8)
        .build();
  }

  Admin admin() {
    return access.admin();
  }

  SignedProducer producer(String signer, SigningKey key) {
    return SignedProducer.idempotent(access, new EventSigner(signer, key));
  }

  /** Everything committed on a topic. */
  List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
    List<TopicPartition> partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(partition -> new TopicPartition(topic.name(), partition))
            .toList();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> {
            consumer.poll(Duration.ofMillis(50)).forEach(records::add);
            return partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
          });
      return records;
    }
  }
}
