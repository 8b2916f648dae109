package io.verillm.topics;

import io.verillm.protocol.event.EventSigner;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events signed by one signer: idempotent, acknowledged by all replicas, in transactions
 * where it has a transactional id. May be shared by threads, but for transactions.
 */
public final class SignedProducer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SignedProducer.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final EventSigner signer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Takes over the producer and closes it. */
  public SignedProducer(Producer<byte[], byte[]> producer, EventSigner signer) {
    this.producer = producer;
    this.signer = signer;
  }

  /** A producer without transactions. */
  public static SignedProducer idempotent(KafkaAccess access, EventSigner signer) {
    return new SignedProducer(producer(settings(access)), signer);
  }

  /**
   * A producer with transactions; an earlier one with the same id is fenced off and its open
   * transaction aborted.
   */
  public static SignedProducer transactional(
      KafkaAccess access, EventSigner signer, String transactionalId) {
    Map<String, Object> settings = settings(access);
    settings.put("transactional.id", transactionalId);
    Producer<byte[], byte[]> producer = producer(settings);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    return new SignedProducer(producer, signer);
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Settings that every producer of events has; a copy to change. */
  public static Map<String, Object> settings(KafkaAccess access) {
    Map<String, Object> settings = access.settings();
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put(
        "max.request.size",
        Integer.toString(TopicLimits.OPENING_BYTES_MAX + 2 * Topic.RECORD_OVERHEAD_BYTES));
    settings.put("linger.ms", "0");
    // With several requests in flight, a partition whose leader is not ready yet may refuse the
    // first batch and take the second. The first then stays out of order until it times out, and is
    // lost (seen with 4.3.1).
    settings.put("max.in.flight.requests.per.connection", "1");
    // A missing topic must be an error soon, not a pause of a minute.
    settings.put("max.block.ms", "15000");
    return settings;
  }

  /** Who signs here. */
  public EventSigner signer() {
    return signer;
  }

  /**
   * Asks for a topic now: who may not write it would learn that with its first record.
   *
   * @throws KafkaException if there is none, or this user may not know of it
   */
  public void require(Topic topic) {
    producer.partitionsFor(topic.name());
  }

  /** Sends to the partition of the key. Errors are the future's, see {@link SignedRecords}. */
  public Future<RecordMetadata> send(Topic topic, byte[] key, SpecificRecord event) {
    return send(SignedRecords.signed(topic, null, key, event, signer));
  }

  /** Sends to one partition. */
  public Future<RecordMetadata> send(Topic topic, int partition, byte[] key, SpecificRecord event) {
    return send(SignedRecords.signed(topic, partition, key, event, signer));
  }

  /** Sends value bytes that were encoded before, or are no event. */
  public Future<RecordMetadata> sendBytes(
      Topic topic, @Nullable Integer partition, byte[] key, byte[] value) {
    return send(SignedRecords.signed(topic, partition, key, value, signer));
  }

  /** Sends a record as it is. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record, (written, failed) -> note(record, failed));
  }

  // Futures are easily dropped, and what was not written must not go unseen.
  private void note(ProducerRecord<byte[], byte[]> record, @Nullable Exception failed) {
    if (failed != null && failure.compareAndSet(null, failed)) {
      LOG.atWarn()
          .addKeyValue("topic", record.topic())
          .addKeyValue("signer", signer.name())
          .addKeyValue("cause", failed.getMessage())
          .log("record not written");
    }
  }

  /** Begins a transaction. */
  public void begin() {
    failure.set(null);
    producer.beginTransaction();
  }

  /** Commits what was sent since {@link #begin}. */
  public void commit() {
    producer.commitTransaction();
  }

  /** Commits what was sent, and with it how far the consumer's group has read. */
  public void commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    producer.sendOffsetsToTransaction(offsets, group);
    producer.commitTransaction();
  }

  /** Drops what was sent since {@link #begin}. */
  public void abort() {
    producer.abortTransaction();
  }

  /**
   * Waits until everything sent is durable.
   *
   * @throws KafkaException if a record sent since the last flush was not written
   */
  public void flush() {
    producer.flush();
    Exception failed = failure.getAndSet(null);
    if (failed != null) {
      throw new KafkaException("not everything was written: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
