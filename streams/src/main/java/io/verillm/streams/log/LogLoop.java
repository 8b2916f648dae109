package io.verillm.streams.log;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one party's step over and over on a thread of its own until it is closed or the step fails.
 */
final class LogLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogLoop.class);

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final PublicLog log;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Starts the thread.
   *
   * @param log closed on the thread when it ends; woken up by {@link #close}
   * @param last runs on the thread when it ends, after the last step
   */
  LogLoop(String name, PublicLog log, Runnable step, Runnable last) {
    this.log = log;
    this.thread = new Thread(() -> run(step, last), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Runnable step, Runnable last) {
    try (log) {
      try {
        while (!closing) {
          step.run();
        }
      } catch (WakeupException e) {
        // Only close wakes the reader up.
      } finally {
        last.run();
      }
      ended.complete(null);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("party", thread.getName()).log("stopped: {}", e.getMessage());
      ended.completeExceptionally(e);
    }
  }

  /** Completes when the thread ends; exceptionally where a step failed. */
  CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Ends the thread after the step in progress and waits for it. */
  @Override
  public void close() {
    closing = true;
    log.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
