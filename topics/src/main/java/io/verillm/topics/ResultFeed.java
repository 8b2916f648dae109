package io.verillm.topics;

import io.verillm.events.PrivateResult;
import io.verillm.events.Result;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.privacy.PrivateResults;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The results of one request in their order, each once, signed by the coordinator. Everything else
 * on the topic is passed over. For one thread.
 */
public final class ResultFeed implements AutoCloseable {
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final String requestId;
  private final RequestFeed events;
  private final DecryptionKey reader;
  private final Deque<Result> ready = new ArrayDeque<>();
  private int lastSequence = -1;

  ResultFeed(String requestId, RequestFeed events, DecryptionKey reader) {
    this.requestId = requestId;
    this.events = events;
    this.reader = reader;
  }

  /**
   * Opens the results of a request of the requester with this key, with a connection of their own.
   *
   * @param registry stays the caller's
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer
   */
  public static ResultFeed open(
      KafkaAccess access, RegistryReader registry, SigningKey key, String requestId) {
    Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access);
    try {
      Topic results = Catalogue.local().results();
      int shards = consumer.partitionsFor(results.name(), BROKER_TIMEOUT).size();
      return new ResultFeed(
          requestId,
          new RequestFeed(
              results, Catalogue.of(shards).shardOf(requestId), requestId, consumer, registry),
          RequesterClient.reader(key));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** What is known of the request now. */
  public RequestOutcome outcome() {
    RequestOutcome outcome = RequestOutcome.unknown(requestId);
    while (!outcome.ended() && !atEnd()) {
      Optional<Result> result = next(LOOK);
      outcome = result.isPresent() ? outcome.after(result.get()) : outcome;
    }
    return outcome;
  }

  /** The next result, or empty where none comes within the time. */
  public Optional<Result> next(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ready.isEmpty()) {
      long left = deadline - System.nanoTime();
      events.poll(Duration.ofNanos(Math.max(0, left)), this::take);
      if (left <= 0) {
        break;
      }
    }
    return Optional.ofNullable(ready.poll());
  }

  /** Whether all that lay on the topic when this is called was handed out. */
  boolean atEnd() {
    return ready.isEmpty() && events.atEnd();
  }

  private void take(SpecificRecord event) {
    result(event)
        .filter(result -> result.getRequestId().equals(requestId))
        .filter(result -> result.getSequence() > lastSequence)
        .ifPresent(result -> {
          lastSequence = result.getSequence();
          ready.add(result);
        });
  }

  private Optional<Result> result(SpecificRecord event) {
    return switch (event) {
      case Result result -> Optional.of(result);
      case PrivateResult sealed -> PrivateResults.open(sealed, reader);
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    events.close();
  }
}
