package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.LocalBroker;
import io.verillm.events.DutyBegun;
import io.verillm.gpu.Keys;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Kafka: which offset a time has only a broker says. */
class RecentDutiesTest {
  private static final long NOW = 1_790_000_000_000L;
  private static final long TEN_MINUTES = 600_000;
  private static final long DAY = 24 * 3_600_000L;
  private static final int TICKS = 2_400;

  private static final int BUSY = 0;
  private static final int IDLE = 1;
  private static final int NEW = 2;

  /** Twenty minutes: a duty epoch, and as long again. */
  private static final long COUNTED = 2L * TICKS;

  private static final Topic FLAGS = Catalogue.local().flags();

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static KafkaAccess access;

  private final List<Long> read = new ArrayList<>();

  @BeforeAll
  static void write() throws Exception {
    broker = LocalBroker.start(folder, 0);
    access = KafkaAccess.open(broker.bootstrapServers());
    try (Admin admin = access.admin()) {
      new ClusterTopics(admin, Catalogue.local()).apply(List.of(FLAGS));
    }
    try (SignedProducer producer =
        SignedProducer.idempotent(
            access, new EventSigner(Signers.COORDINATOR, Keys.signing("coordinator")))) {
      for (int number = 0; number < 1_000; number++) {
        producer.send(begun(BUSY, number, NOW - (1_000 - number) * TEN_MINUTES));
      }
      for (int number = 0; number < 6; number++) {
        producer.send(begun(IDLE, number, NOW - 100 * DAY + number * TEN_MINUTES));
      }
      producer.send(begun(NEW, 0, NOW - 1_000));
      producer.flush();
    }
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void shouldReadBackToADutyThatNothingCountsForAndNoFurther() {
    Map<Integer, List<Long>> numbers =
        found(this::decoded, 0).stream()
            .collect(
                Collectors.groupingBy(
                    DutyBegun::getShard,
                    Collectors.mapping(DutyBegun::getDutyEpoch, Collectors.toList())));

    assertThat(numbers.get(BUSY)).containsExactly(998L, 999L);
    assertThat(numbers.get(IDLE)).containsExactly(4L, 5L);
    assertThat(numbers.get(NEW)).containsExactly(0L);
    assertThat(read).as("records looked at, of a thousand").hasSizeLessThan(30);
  }

  @Test
  void shouldReadNothingOlderThanWhatAWorkerCanOwe() {
    List<DutyBegun> found = found(this::looked, NOW - 12 * TEN_MINUTES);

    assertThat(found).isEmpty();
    assertThat(read).hasSize(12 + 1);
  }

  /** A worker that is told nothing would never start. */
  @Test
  void shouldFailWhereAPartitionGivesNothing() {
    TopicPartition mute = new TopicPartition(FLAGS.name(), BUSY);
    try (Consumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
              Map<TopicPartition, Long> times) {
            return Map.of(mute, new OffsetAndTimestamp(0, NOW));
          }
        }) {
      RecentDuties duties = new RecentDuties(consumer, this::looked, COUNTED, Duration.ZERO);

      assertThatThrownBy(() -> duties.read(Map.of(mute, 1L), NOW, 0))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining(mute.toString());
    }
  }

  private static List<DutyBegun> found(
      Function<ConsumerRecord<byte[], byte[]>, Optional<DutyBegun>> reading, long oldestMillis) {
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      List<TopicPartition> partitions =
          IntStream.range(0, FLAGS.partitions())
              .mapToObj(partition -> new TopicPartition(FLAGS.name(), partition))
              .toList();
      return new RecentDuties(consumer, reading, COUNTED, Duration.ofSeconds(30))
          .read(consumer.endOffsets(partitions), NOW, oldestMillis);
    }
  }

  private Optional<DutyBegun> decoded(ConsumerRecord<byte[], byte[]> record) {
    read.add(record.offset());
    try {
      return Optional.of(EventCodec.decode(record.value(), DutyBegun.class));
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }

  /** As a worker reads that can owe none of it. */
  private Optional<DutyBegun> looked(ConsumerRecord<byte[], byte[]> record) {
    read.add(record.offset());
    return Optional.empty();
  }

  private static ProducerRecord<byte[], byte[]> begun(int shard, long number, long atMillis) {
    DutyBegun event =
        new DutyBegun(
            shard,
            number,
            1L,
            Wire.buffer(Hashing.hash("seed")),
            atMillis,
            TICKS,
            1,
            600,
            300,
            List.of());
    return new ProducerRecord<>(
        FLAGS.name(), shard, atMillis, new byte[0], EventCodec.encode(event));
  }
}
