package io.verillm.topics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * The events on one topic of a request's shard that whoever may write them has signed, from the
 * time on that the request's id tells. Everything else is passed over. For one thread.
 */
final class RequestFeed implements AutoCloseable {
  /** How far the clocks of client, coordinator and workers may differ. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(10);

  private final Topic topic;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final RegistryReader registry;

  RequestFeed(
      Topic topic,
      int shard,
      String requestId,
      Consumer<byte[], byte[]> consumer,
      RegistryReader registry) {
    this.topic = topic;
    this.consumer = consumer;
    this.partition = new TopicPartition(topic.name(), shard);
    this.registry = registry;
    consumer.assign(List.of(partition));
    seek(requestId);
  }

  // The id says when the request was made; what is said of it cannot be much older.
  private void seek(String requestId) {
    Instant from =
        RequestIds.parse(requestId)
            .map(RequestIds::madeAt)
            .orElse(Instant.EPOCH)
            .minus(CLOCK_SLACK);
    OffsetAndTimestamp first =
        consumer
            .offsetsForTimes(Map.of(partition, Math.max(0, from.toEpochMilli())))
            .get(partition);
    consumer.seek(partition, first == null ? end() : first.offset());
  }

  private long end() {
    return consumer.endOffsets(List.of(partition)).get(partition);
  }

  /** Hands out what comes within the time, as soon as anything does. */
  void poll(Duration timeout, java.util.function.Consumer<SpecificRecord> listener) {
    consumer.poll(timeout).forEach(record -> take(record, listener));
  }

  /** Whether all that lay on the topic when this is called was handed out. */
  boolean atEnd() {
    return consumer.position(partition) >= end();
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record, java.util.function.Consumer<SpecificRecord> listener) {
    Reading reading = read(record);
    if (reading instanceof Reading.Refused refused
        && refused.reason().equals(DeadLetterReason.UNKNOWN_SIGNER)) {
      registry.refresh(REGISTRY_TIMEOUT);
      reading = read(record);
    }
    if (reading instanceof Reading.Valid valid) {
      listener.accept(valid.event());
    }
  }

  private Reading read(ConsumerRecord<byte[], byte[]> record) {
    return EventReader.read(topic, SignedRecords.from(record), SignerKeys.of(registry.snapshot()));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
