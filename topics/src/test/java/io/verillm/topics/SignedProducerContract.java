package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.schemas.EventSchemas;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

interface SignedProducerContract {
  SigningKey WORKER = Cluster.key("producing worker");

  Cluster cluster();

  @Test
  default void shouldWriteSignedEventsOfCommittedTransactionsOnly() {
    Hash task = Hashing.sha256(new byte[] {11});
    Topic topic = Cluster.CATALOGUE.tokens();
    try (SignedProducer producer = transactional("committing")) {
      producer.begin();
      producer.send(topic, 2, task.bytes(), tokens(task, 0));
      producer.send(topic, 2, task.bytes(), tokens(task, 1));
      producer.commit();
      producer.begin();
      producer.send(topic, 2, task.bytes(), tokens(task, 2));
      producer.flush();
      producer.abort();
    }

    List<Reading> readings = readings(topic, task);

    assertThat(readings)
        .extracting(reading -> reading instanceof Reading.Valid valid ? valid.event() : reading)
        .containsExactly(tokens(task, 0), tokens(task, 1));
    assertThat(readings).allMatch(reading -> reading.record().partition() == 2);
  }

  @Test
  default void shouldFenceAnEarlierProducerOfTheSameTransactionalId() {
    Hash task = Hashing.sha256(new byte[] {12});
    try (SignedProducer earlier = transactional("fenced")) {
      earlier.begin();
      earlier.send(Cluster.CATALOGUE.tokens(), task.bytes(), tokens(task, 0));
      earlier.flush();
      try (SignedProducer later = transactional("fenced")) {
        later.begin();
        later.send(Cluster.CATALOGUE.tokens(), task.bytes(), tokens(task, 1));
        later.commit();

        assertThatThrownBy(earlier::commit).isInstanceOf(ProducerFencedException.class);
      }
    }

    assertThat(readings(Cluster.CATALOGUE.tokens(), task)).hasSize(1);
  }

  @Test
  default void shouldKeepADeadLettersBytesAndSayWhereItLayAndWhy() {
    Hash task = Hashing.sha256(new byte[] {13});
    Topic topic = Cluster.CATALOGUE.tokens();
    Counters counters = new Counters();
    DeadLetters deadLetters = new DeadLetters(Cluster.CATALOGUE, counters);
    byte[] garbage = "no event\n".getBytes(StandardCharsets.UTF_8);
    try (SignedProducer producer = idempotent()) {
      producer.sendBytes(topic, 1, task.bytes(), garbage);
      producer.flush();
      ConsumerRecord<byte[], byte[]> origin = records(topic, task).getFirst();
      Reading.Refused refused = (Reading.Refused) readings(topic, task).getFirst();

      producer.send(deadLetters.refuse(origin, refused.reason(), refused.detail()));
      producer.flush();

      ConsumerRecord<byte[], byte[]> letter =
          records(Cluster.CATALOGUE.deadLetters(), task).getFirst();
      assertThat(letter.value()).isEqualTo(garbage);
      assertThat(header(letter, DeadLetters.ORIGIN_TOPIC_HEADER)).isEqualTo(topic.name());
      assertThat(header(letter, DeadLetters.ORIGIN_PARTITION_HEADER)).isEqualTo("1");
      assertThat(header(letter, DeadLetters.ORIGIN_OFFSET_HEADER))
          .isEqualTo(Long.toString(origin.offset()));
      assertThat(header(letter, DeadLetters.REASON_HEADER)).isEqualTo("undecodable");
      assertThat(header(letter, SignedRecords.SIGNER_HEADER)).isEqualTo("worker:w-01");
      assertThat(letter.headers().lastHeader(SignedRecords.SIGNATURE_HEADER).value())
          .isEqualTo(SignedRecords.from(origin).signature());
      assertThat(counters.snapshot()).containsExactly(Map.entry("undecodable", 1L));
    }
  }

  @Test
  default void shouldPublishEverySchemaUnderTheFingerprintOfItsEvents() {
    try (SignedProducer producer = idempotent()) {
      int published = new SchemaPublisher(Cluster.CATALOGUE, producer).publish();

      List<ConsumerRecord<byte[], byte[]>> records = cluster().read(Cluster.CATALOGUE.schemas());
      assertThat(records).hasSize(published).hasSizeGreaterThanOrEqualTo(39);
      assertThat(records)
          .allSatisfy(record -> {
            long fingerprint =
                ByteBuffer.wrap(record.key()).order(ByteOrder.LITTLE_ENDIAN).getLong();
            Schema schema =
                new Schema.Parser().parse(new String(record.value(), StandardCharsets.UTF_8));
            assertThat(SchemaPublisher.key(schema)).isEqualTo(record.key());
            assertThat(EventSchemas.byFingerprint(fingerprint)).isPresent();
          });
    }
  }

  private SignedProducer idempotent() {
    return cluster().producer(Signers.worker("w-01"), WORKER);
  }

  private SignedProducer transactional(String id) {
    return SignedProducer.transactional(
        cluster().access(), new EventSigner(Signers.worker("w-01"), WORKER), id);
  }

  private List<ConsumerRecord<byte[], byte[]>> records(Topic topic, Hash key) {
    return cluster().read(topic).stream()
        .filter(record -> Arrays.equals(record.key(), key.bytes()))
        .toList();
  }

  private List<Reading> readings(Topic topic, Hash key) {
    return records(topic, key).stream()
        .map(record ->
            EventReader.read(
                topic,
                SignedRecords.from(record),
                (signer, event) -> Optional.of(WORKER.publicKey())))
        .toList();
  }

  private static Tokens tokens(Hash task, int sequence) {
    return new Tokens(
        ByteBuffer.wrap(task.bytes()), "w-01", sequence, 8, List.of(1, 2), TokensFinish.NONE);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
