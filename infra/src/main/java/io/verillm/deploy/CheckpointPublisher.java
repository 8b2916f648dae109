package io.verillm.deploy;

import io.verillm.protocol.log.SignedCheckpoint;
import io.verillm.streams.log.CheckpointSink;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the newest checkpoint from time to time, beside the sealer's thread. What cannot be
 * published now is tried again, or replaced by a newer one. It ends, and the sealer with it, where
 * another checkpoint of an epoch is published already: the log has forked.
 */
public final class CheckpointPublisher implements CheckpointSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPublisher.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(20);

  /** Where checkpoints are published for good. */
  @FunctionalInterface
  public interface Store {
    /**
     * Publishes one; the same one may be published again.
     *
     * @throws UncheckedIOException if that may succeed later
     * @throws IllegalStateException if another one is published for the epoch
     */
    void publish(long epoch, byte[] note);
  }

  private record Waiting(long epoch, SignedCheckpoint checkpoint) {}

  private final Store store;
  private final AtomicReference<Waiting> newest = new AtomicReference<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("checkpoints").daemon().factory());

  /**
   * Starts publishing.
   *
   * @param every how often at most
   */
  public CheckpointPublisher(Store store, Duration every) {
    this.store = store;
    clock.scheduleWithFixedDelay(
        this::publish, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void closed(long epoch, SignedCheckpoint checkpoint) {
    newest.set(new Waiting(epoch, checkpoint));
  }

  private void publish() {
    Waiting next = newest.getAndSet(null);
    if (next == null || ended.isDone()) {
      return;
    }
    try {
      store.publish(next.epoch(), next.checkpoint().text().getBytes(StandardCharsets.UTF_8));
    } catch (UncheckedIOException e) {
      LOG.atWarn()
          .addKeyValue("epoch", next.epoch())
          .log("checkpoint not published yet: {}", e.getMessage());
      newest.compareAndSet(null, next);
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  /** Completes when this is closed; exceptionally where it cannot go on. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Publishes what waits, and stops. */
  @Override
  public void close() {
    clock.submit(this::publish);
    clock.shutdown();
    try {
      if (!clock.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException e) {
      clock.shutdownNow();
      Thread.currentThread().interrupt();
    }
    ended.complete(null);
  }
}
