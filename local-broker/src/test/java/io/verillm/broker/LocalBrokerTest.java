package io.verillm.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {
  private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

  @TempDir Path dataDir;

  @Test
  void shouldKeepClusterIdAndCommittedRecordsOverARestart() throws Exception {
    String clusterId;
    try (LocalBroker broker = LocalBroker.start(dataDir, 0);
        Admin admin = admin(broker)) {
      clusterId = admin.describeCluster().clusterId().get();
      admin
          .createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())))
          .all()
          .get();
      try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(record("committed"));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(record("aborted")).get();
        producer.abortTransaction();
      }
    }

    try (LocalBroker broker = LocalBroker.start(dataDir, 0);
        Admin admin = admin(broker)) {
      assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
      assertThat(committed(broker)).containsExactly("committed");
    }
  }

  @Test
  void shouldOfferTransactionsShareAndStreamsGroupsAndNoImplicitTopics() throws Exception {
    try (LocalBroker broker = LocalBroker.start(dataDir, 0);
        Admin admin = admin(broker)) {
      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

      assertThat(features.get("transaction.version").maxVersionLevel()).isEqualTo((short) 2);
      assertThat(features.get("share.version").maxVersionLevel()).isGreaterThanOrEqualTo((short) 1);
      assertThat(features.get("streams.version").maxVersionLevel())
          .isGreaterThanOrEqualTo((short) 1);
      assertThatThrownBy(() -> admin.describeTopics(List.of("never-made")).allTopicNames().get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void shouldServeAShareGroupWithinSeconds() throws Exception {
    try (LocalBroker broker = LocalBroker.start(dataDir, 0);
        Admin admin = admin(broker)) {
      admin
          .createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())))
          .all()
          .get();
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, "workers"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("share.auto.offset.reset", "earliest"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
      try (KafkaProducer<byte[], byte[]> producer = producer(broker);
          KafkaShareConsumer<byte[], byte[]> consumer =
              new KafkaShareConsumer<>(
                  Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "workers"),
                  new ByteArrayDeserializer(),
                  new ByteArrayDeserializer())) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(record("task"));
        producer.commitTransaction();
        consumer.subscribe(List.of(PARTITION.topic()));

        Awaitility.await()
            .atMost(Duration.ofSeconds(15))
            .until(() -> consumer.poll(Duration.ofMillis(50)).count(), count -> count == 1);
      }
    }
  }

  @Test
  void shouldRefuseASecondBrokerOnTheSameDirectory() {
    try (LocalBroker broker = LocalBroker.start(dataDir, 0)) {
      assertThatThrownBy(() -> LocalBroker.start(dataDir, 0))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("another broker runs on " + dataDir);
      assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void shouldFailClearlyAndReleaseTheDirectoryWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> LocalBroker.start(dataDir, taken.getLocalPort()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is taken");
    }

    try (LocalBroker broker = LocalBroker.start(dataDir, 0);
        Admin admin = admin(broker)) {
      assertThat(admin.describeCluster().clusterId().get()).isNotEmpty();
    }
  }

  private static List<String> committed(LocalBroker broker) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
      List<String> values = new ArrayList<>();
      Awaitility.await()
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(50))
                .forEach(r -> values.add(new String(r.value(), StandardCharsets.UTF_8)));
            return consumer.position(PARTITION) == end;
          });
      return values;
    }
  }

  private static Admin admin(LocalBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>(PARTITION.topic(), value.getBytes(StandardCharsets.UTF_8));
  }
}
