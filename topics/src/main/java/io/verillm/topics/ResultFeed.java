package io.verillm.topics;

import io.verillm.events.PrivateResult;
import io.verillm.events.Result;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.privacy.PrivateResults;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * The results of one request in their order, each once, signed by the coordinator. Everything else
 * on the topic is passed over. For one thread.
 */
public final class ResultFeed implements AutoCloseable {
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
