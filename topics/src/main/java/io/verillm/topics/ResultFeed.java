package io.verillm.topics;

import io.verillm.events.PrivateResult;
import io.verillm.events.Result;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.privacy.PrivateResults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * The results of one request in their order, each once, signed by the coordinator. Everything else
 * on the topic is passed over. For one thread.
 */
public final class ResultFeed implements AutoCloseable {
  /** How far the clocks of client, coordinator and workers may differ. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(10);

  private final Topic topic;
  private final String requestId;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final RegistryReader registry;
  private final DecryptionKey reader;
  private final Deque<Result> ready = new ArrayDeque<>();
  private int lastSequence = -1;

  ResultFeed(
      Catalogue catalogue,
      String requestId,
      Consumer<byte[], byte[]> consumer,
      RegistryReader registry,
      DecryptionKey reader) {
    this.reader = reader;
    this.topic = catalogue.results();
    this.requestId = requestId;
    this.consumer = consumer;
    this.registry = registry;
    this.partition = new TopicPartition(topic.name(), catalogue.shardOf(requestId));
    consumer.assign(List.of(partition));
    seek();
  }

  // The id says when the request was made; its results cannot be much older.
  private void seek() {
    Instant from =
        RequestIds.parse(requestId)
            .map(RequestIds::madeAt)
            .orElse(Instant.EPOCH)
            .minus(CLOCK_SLACK);
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    OffsetAndTimestamp first =
        consumer
            .offsetsForTimes(Map.of(partition, Math.max(0, from.toEpochMilli())))
            .get(partition);
    consumer.seek(partition, first == null ? end : first.offset());
  }

  /** The next result, or empty where none comes within the time. */
  public Optional<Result> next(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ready.isEmpty()) {
      long left = deadline - System.nanoTime();
      consumer.poll(Duration.ofNanos(Math.max(0, left))).forEach(this::take);
      if (left <= 0) {
        break;
      }
    }
    return Optional.ofNullable(ready.poll());
  }

  /** Whether all that lay on the topic when this is called was handed out. */
  boolean atEnd() {
    return ready.isEmpty()
        && consumer.position(partition) >= consumer.endOffsets(List.of(partition)).get(partition);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Reading reading = read(record);
    if (reading instanceof Reading.Refused refused
        && refused.reason().equals(DeadLetterReason.UNKNOWN_SIGNER)) {
      registry.refresh(REGISTRY_TIMEOUT);
      reading = read(record);
    }
    if (reading instanceof Reading.Valid valid) {
      result(valid.event())
          .filter(result -> result.getRequestId().equals(requestId))
          .filter(result -> result.getSequence() > lastSequence)
          .ifPresent(result -> {
            lastSequence = result.getSequence();
            ready.add(result);
          });
    }
  }

  private Optional<Result> result(SpecificRecord event) {
    return switch (event) {
      case Result result -> Optional.of(result);
      case PrivateResult sealed -> PrivateResults.open(sealed, reader);
      default -> Optional.empty();
    };
  }

  private Reading read(ConsumerRecord<byte[], byte[]> record) {
    return EventReader.read(topic, SignedRecords.from(record), SignerKeys.of(registry.snapshot()));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
