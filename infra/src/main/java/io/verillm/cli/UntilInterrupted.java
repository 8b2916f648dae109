package io.verillm.cli;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work of the command's own thread that writes scratch files: Ctrl-C interrupts it, and the process
 * ends when it has put away what it had made.
 */
final class UntilInterrupted {
  private UntilInterrupted() {}

  /**
   * Does the work.
   *
   * @param work ends soon after its thread is interrupted
   */
  static <T> T call(Supplier<T> work) {
    Thread worker = Thread.currentThread();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    StopSignal.stopsBy(status -> {
      worker.interrupt();
      ended.join();
      return status;
    });
    try {
      return work.get();
    } finally {
      ended.complete(null);
      StopSignal.leaveIfReceived();
    }
  }
}
