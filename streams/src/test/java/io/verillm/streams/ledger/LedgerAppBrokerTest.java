package io.verillm.streams.ledger;

import static io.verillm.streams.ledger.LedgerRecords.ALICE;
import static io.verillm.streams.ledger.LedgerRecords.CATALOGUE;
import static io.verillm.streams.ledger.LedgerRecords.KEY;
import static io.verillm.streams.ledger.LedgerRecords.command;
import static io.verillm.streams.ledger.LedgerRecords.fund;
import static io.verillm.streams.ledger.LedgerRecords.reserve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.events.Transfer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.streams.RunningApp;
import io.verillm.streams.StreamsApp;
import io.verillm.streams.UnsafeCluster;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.Counters;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a broker shows: transactions, partitions, and a start from the changelog. */
class LedgerAppBrokerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StreamsApp app = LedgerApp.of(CATALOGUE, KEY, new Counters());

  @Test
  void shouldGoOnAfterARestartWithoutItsDirectory(@TempDir Path dir) throws Exception {
    try (LocalBroker broker = LocalBroker.start(dir.resolve("broker"), 0);
        Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin();
        SignedProducer coordinator =
            SignedProducer.idempotent(
                KafkaAccess.open(broker.bootstrapServers()),
                new EventSigner(Signers.COORDINATOR, KEY))) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.all(List.of()));

      try (RunningApp first = start(broker, dir.resolve("first"))) {
        coordinator.send(command(fund("f1", ALICE, 3_000)));
        coordinator.send(command(reserve("r1", 1, 1_000)));
        coordinator.sendBytes(CATALOGUE.ledgerCommands(), 0, new byte[0], new byte[] {1});
        coordinator.flush();
        awaitRecords(broker, CATALOGUE.transfers(), 0, 2);
        awaitRecords(broker, CATALOGUE.deadLetters(), 0, 1);
        assertThat(first.ended()).isNotCompletedExceptionally();
      }

      try (RunningApp second = start(broker, dir.resolve("second"))) {
        coordinator.send(command(reserve("r1", 1, 1_000)));
        coordinator.send(command(reserve("r2", 2, 2_001)));
        coordinator.send(command(reserve("r3", 0, 2_000)));
        coordinator.flush();

        List<Transfer> transfers = transfers(awaitRecords(broker, CATALOGUE.transfers(), 0, 5));
        assertThat(transfers)
            .extracting(Transfer::getNote)
            .containsExactly("funded", "granted", "repeated", "insufficient-funds", "granted");
        for (int shard = 0; shard < CATALOGUE.shards(); shard++) {
          awaitRecords(broker, CATALOGUE.shardInputs(), shard, 1);
        }
        assertThat(second.ended()).isNotCompletedExceptionally();
      }
      assertThat(admin.listTopics().names().get()).containsAll(app.internalTopics());
      for (String topic : app.internalTopics()) {
        assertThat(bytesMax(admin, topic)).isGreaterThan(EventCodec.EVENT_BYTES_MAX);
        assertThat(bytesMax(admin, topic)).isLessThan(LocalBroker.MESSAGE_BYTES_MAX);
      }
    }
  }

  private static int bytesMax(Admin admin, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    return Integer.parseInt(config.get("max.message.bytes").value());
  }

  private RunningApp start(LocalBroker broker, Path stateDir) throws UnsafeCluster {
    RunningApp running =
        app.configured(KafkaAccess.open(broker.bootstrapServers()), stateDir).start();
    running.awaitRunning(PATIENCE);
    return running;
  }

  private static List<Transfer> transfers(List<ConsumerRecord<byte[], byte[]>> records)
      throws UndecodableEvent {
    List<Transfer> transfers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      transfers.add(EventCodec.decode(record.value(), Transfer.class));
    }
    return transfers;
  }

  /** Waits for exactly so many committed records in a partition. */
  private static List<ConsumerRecord<byte[], byte[]>> awaitRecords(
      LocalBroker broker, Topic topic, int partition, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        ConsumerSettings.consumer(KafkaAccess.open(broker.bootstrapServers()))) {
      TopicPartition source = new TopicPartition(topic.name(), partition);
      consumer.assign(List.of(source));
      consumer.seekToBeginning(List.of(source));
      await()
          .atMost(PATIENCE)
          .until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= count;
          });
    }
    assertThat(records).hasSize(count);
    return records;
  }
}
