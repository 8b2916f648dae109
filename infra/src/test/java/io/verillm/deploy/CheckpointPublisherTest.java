package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.log.Checkpoint;
import io.verillm.protocol.log.SignedCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CheckpointPublisherTest {
  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration NEVER = Duration.ofHours(1);

  private final Map<Long, String> published = new ConcurrentSkipListMap<>();

  @Test
  void shouldPublishTheNewestAloneAndWhatWaitsAtTheEnd() {
    try (CheckpointPublisher publisher = new CheckpointPublisher(this::store, NEVER)) {
      publisher.closed(1, checkpoint(1));
      publisher.closed(2, checkpoint(2));
    }

    assertThat(published).containsOnlyKeys(2L);
    assertThat(published.get(2L)).isEqualTo(checkpoint(2).text());
  }

  @Test
  void shouldTryAgainWhatTheStoreDidNotTake() {
    AtomicInteger tries = new AtomicInteger();
    CheckpointPublisher.Store failing =
        (epoch, note) -> {
          if (tries.incrementAndGet() < 3) {
            throw new UncheckedIOException(new IOException("slow down"));
          }
          store(epoch, note);
        };
    try (CheckpointPublisher publisher = new CheckpointPublisher(failing, SOON)) {
      publisher.closed(7, checkpoint(7));

      await().until(() -> published.containsKey(7L));
      assertThat(publisher.ended()).isNotDone();
    }
    assertThat(tries).hasValue(3);
  }

  @Test
  void shouldEndWhereAnotherCheckpointIsPublished() {
    CheckpointPublisher.Store forked =
        (epoch, note) -> {
          throw new IllegalStateException("epoch 7 has another checkpoint already");
        };
    try (CheckpointPublisher publisher = new CheckpointPublisher(forked, SOON)) {
      publisher.closed(7, checkpoint(7));

      await().until(() -> publisher.ended().isCompletedExceptionally());
      assertThat(publisher.ended().exceptionNow()).hasMessageContaining("another checkpoint");
    }
  }

  private void store(long epoch, byte[] note) {
    published.put(epoch, new String(note, StandardCharsets.UTF_8));
  }

  private static SignedCheckpoint checkpoint(int size) {
    return new SignedCheckpoint(
        new Checkpoint("verillm/test", size, Hashing.hash("root " + size)), List.of());
  }
}
