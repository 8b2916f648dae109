package io.verillm.streams;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started app. It stops for good on an error that it does not know: restarting on what may be a
 * fault of its own would only repeat it.
 */
public final class RunningApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final String id;
  private final KafkaStreams streams;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private RunningApp(String id, KafkaStreams streams) {
    this.id = id;
    this.streams = streams;
  }

  static RunningApp start(String id, KafkaStreams streams) {
    RunningApp app = new RunningApp(id, streams);
    streams.setUncaughtExceptionHandler(app::failed);
    streams.setStateListener((next, previous) -> app.changed(next));
    streams.start();
    return app;
  }

  private StreamThreadExceptionResponse failed(Throwable cause) {
    running.completeExceptionally(cause);
    ended.completeExceptionally(cause);
    LOG.atError().addKeyValue("app", id).setCause(cause).log("app failed");
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void changed(KafkaStreams.State state) {
    if (state == KafkaStreams.State.RUNNING && running.complete(null)) {
      LOG.atInfo().addKeyValue("app", id).log("app running");
    }
  }

  /**
   * Waits until all partitions are assigned and restored.
   *
   * @throws IllegalStateException if it failed or took longer
   */
  public void awaitRunning(Duration timeout) {
    try {
      running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(id + " failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(id + " is " + streams.state() + " after " + timeout, e);
    }
  }

  /** Whether it takes over partitions: it replays their log, which polls nothing meanwhile. */
  public boolean isStarting() {
    return streams.state() == KafkaStreams.State.REBALANCING;
  }

  /** Completes when it is closed; exceptionally where it stopped by itself. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  @Override
  public void close() {
    // Whoever starts next must not wait until the broker has given this member up.
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    ended.complete(null);
  }
}
