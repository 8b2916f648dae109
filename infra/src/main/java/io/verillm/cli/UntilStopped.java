package io.verillm.cli;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** A program that runs until Ctrl-C or SIGTERM, or until it fails. */
final class UntilStopped {
  private UntilStopped() {}

  /**
   * Waits for the end. On a signal the program is closed first, and the process waits for that: it
   * commits, leaves its group, lets running tasks end.
   *
   * @param line told when it runs
   * @param ended completes with the program
   * @param program may be closed twice
   */
  static int run(String line, CompletionStage<?> ended, Runnable program)
      throws InterruptedException {
    StopSignal.stopsBy(status -> {
      program.run();
      return ExitCode.OK;
    });
    System.err.println(line + "; Ctrl-C stops");
    try {
      ended.toCompletableFuture().get();
      StopSignal.leaveIfReceived();
      return ExitCode.OK;
    } catch (ExecutionException e) {
      StopSignal.leaveIfReceived();
      throw CommandFailure.unreachable("stopped: " + e.getCause().getMessage());
    } finally {
      program.run();
    }
  }
}
