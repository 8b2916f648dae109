package io.verillm.streams.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.broker.LocalBroker;
import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stopped broker's segments against what its consumers were given while it ran. */
class SegmentRecordsTest {
  private static final Catalogue CATALOGUE = Catalogue.of(1);
  private static final LogPartition VOTES = new LogPartition(CATALOGUE.votes().name(), 0);
  private static final LogPartition VERDICTS = new LogPartition(CATALOGUE.verdicts().name(), 0);

  @TempDir private Path folder;

  @Test
  void shouldGiveWhatConsumersOfCommittedRecordsAreGiven() throws Exception {
    List<String> consumed;
    try (LocalBroker broker = LocalBroker.start(folder, 0)) {
      create(broker);
      write(broker);
      try (KafkaRecords records =
          new KafkaRecords(KafkaAccess.open(broker.bootstrapServers()), CATALOGUE)) {
        consumed = texts(records, VOTES);
      }
      assertThat(LocalBroker.runsOn(folder)).isTrue();
    }

    assertThat(LocalBroker.runsOn(folder)).isFalse();
    assertThat(texts(segments(), VOTES))
        .isEqualTo(consumed)
        .extracting(text -> text.substring(text.lastIndexOf(' ') + 1))
        .containsExactly("plain", "committed", "between");
    assertThat(texts(segments(), VERDICTS)).isEmpty();
  }

  @Test
  void shouldNameTheBatchThatDoesNotFitItsChecksum() throws Exception {
    try (LocalBroker broker = LocalBroker.start(folder, 0)) {
      create(broker);
      write(broker);
    }
    Path segment =
        LocalBroker.partitions(folder)
            .resolve(VOTES.toString())
            .resolve("00000000000000000000.log");
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      // The value of the first record, near the end of its batch.
      file.seek(12 + 56);
      int old = file.read();
      file.seek(12 + 56);
      file.write(old ^ 1);
    }

    List<String> damage = new ArrayList<>();
    List<String> left = new ArrayList<>();
    segments()
        .read(
            VOTES,
            new RecordSource.Sink() {
              @Override
              public void record(ConsumerRecord<byte[], byte[]> record) {
                left.add(new String(record.value(), UTF_8));
              }

              @Override
              public void damaged(LogPartition partition, long offset, String message) {
                damage.add(partition + "@" + offset + " " + message);
              }
            });

    assertThat(damage).containsExactly(VOTES + "@0 the batch does not fit its checksum");
    assertThat(left).containsExactly("committed", "between");
  }

  private SegmentRecords segments() {
    return new SegmentRecords(LocalBroker.partitions(folder), CATALOGUE);
  }

  private static void create(LocalBroker broker) throws Exception {
    try (Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.all(List.of()));
    }
  }

  /** One of each: plain, committed, aborted, and one whose transaction nobody ends. */
  private static void write(LocalBroker broker) throws Exception {
    try (KafkaProducer<byte[], byte[]> plain = producer(broker, "");
        KafkaProducer<byte[], byte[]> first = producer(broker, "first");
        KafkaProducer<byte[], byte[]> second = producer(broker, "second")) {
      first.initTransactions();
      second.initTransactions();
      plain.send(vote("plain")).get();
      first.beginTransaction();
      first.send(vote("committed")).get();
      second.beginTransaction();
      second.send(vote("aborted")).get();
      first.commitTransaction();
      second.abortTransaction();
      plain.send(vote("between")).get();
      first.beginTransaction();
      first.send(vote("open")).get();
      plain.send(vote("behind")).get();
      // Dies without ending its transaction, as a killed process does.
      first.close(Duration.ZERO);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalBroker broker, String transactions) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    if (!transactions.isEmpty()) {
      settings.put("transactional.id", transactions);
    }
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> vote(String value) {
    return new ProducerRecord<>(VOTES.topic(), 0, new byte[] {1}, value.getBytes(UTF_8));
  }

  private static List<String> texts(RecordSource source, LogPartition partition) {
    List<String> texts = new ArrayList<>();
    source.read(
        partition,
        record ->
            texts.add(
                record.offset()
                    + " "
                    + record.timestamp()
                    + " "
                    + new String(record.value(), UTF_8)));
    return texts;
  }
}
