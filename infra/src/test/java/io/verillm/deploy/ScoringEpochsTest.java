package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringEpochsTest {
  private static final Catalogue CATALOGUE = Catalogue.of(1);
  private static final EventSigner COORDINATOR =
      new EventSigner(Signers.COORDINATOR, SigningKey.fromSeed(new byte[32]));

  @Test
  void shouldGoOnBehindTheLastNumberThatTheCoordinatorSigned(@TempDir Path dir) throws Exception {
    byte[] seed = new byte[32];
    seed[0] = 1;
    EventSigner forger = new EventSigner(Signers.COORDINATOR, SigningKey.fromSeed(seed));
    try (LocalBroker broker = LocalBroker.start(dir, 0);
        Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(List.of(CATALOGUE.ledgerCommands()));
      KafkaAccess bootstrap = KafkaAccess.open(broker.bootstrapServers());
      try (ScoringEpochs first = new ScoringEpochs(bootstrap, CATALOGUE, COORDINATOR)) {
        assertThat(first.closeEpoch(false)).isZero();
      }
      try (SignedProducer stranger = SignedProducer.idempotent(bootstrap, forger)) {
        stranger.send(
            CATALOGUE.ledgerCommands(),
            RecordKeys.text("forged"),
            new CloseScoringEpoch("forged", Long.MAX_VALUE, true, 1L));
        stranger.flush();
      }

      try (ScoringEpochs second = new ScoringEpochs(bootstrap, CATALOGUE, COORDINATOR)) {
        assertThat(second.closeEpoch(false)).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldTryTheSameEpochAgainAfterAFailure() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    try (ScoringEpochs epochs =
        new ScoringEpochs(
            CATALOGUE,
            emptyLog(),
            new SignedProducer(producer, COORDINATOR),
            InstantSource.system())) {
      producer.flushException = new KafkaException("down");
      epochs.startClock(Duration.ofMillis(20));
      await().until(() -> producer.history().size() >= 2);
      producer.flushException = null;
      await().until(() -> keys(producer).contains("close-scoring-epoch/1"));
    }
    assertThat(keys(producer)).startsWith("close-scoring-epoch/0", "close-scoring-epoch/0");
  }

  @Test
  void shouldCloseNoEpochThatAnotherProcessHasJustClosed(@TempDir Path dir) throws Exception {
    try (LocalBroker broker = LocalBroker.start(dir, 0);
        Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(List.of(CATALOGUE.ledgerCommands()));
      KafkaAccess access = KafkaAccess.open(broker.bootstrapServers());
      MockProducer<byte[], byte[]> second =
          new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      Duration length = Duration.ofMinutes(10);
      AtomicLong ahead = new AtomicLong(length.toMillis() - 1);
      try (ScoringEpochs one = new ScoringEpochs(access, CATALOGUE, COORDINATOR);
          ScoringEpochs other =
              new ScoringEpochs(
                  CATALOGUE,
                  ConsumerSettings.consumer(access),
                  new SignedProducer(second, COORDINATOR),
                  () -> Instant.now().plusMillis(ahead.get()))) {
        one.closeEpoch(false);

        other.closeIfDue(length.plusMinutes(1));
        assertThat(second.history()).isEmpty();

        ahead.addAndGet(length.toMillis());
        other.closeIfDue(length.plusMinutes(1));
        assertThat(keys(second)).containsExactly("close-scoring-epoch/1");
      }
    }
  }

  private static MockConsumer<byte[], byte[]> emptyLog() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    TopicPartition commands = new TopicPartition(CATALOGUE.ledgerCommands().name(), 0);
    consumer.updateBeginningOffsets(Map.of(commands, 0L));
    consumer.updateEndOffsets(Map.of(commands, 0L));
    return consumer;
  }

  private static List<String> keys(MockProducer<byte[], byte[]> producer) {
    return producer.history().stream()
        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
        .toList();
  }
}
