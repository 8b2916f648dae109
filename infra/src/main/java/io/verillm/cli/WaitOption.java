package io.verillm.cli;

import io.verillm.events.Result;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** {@code --wait}: stays until a request has ended, and tells how. */
final class WaitOption {
  @Option(names = "--wait", description = "Wait for the final verdict and tell it.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "Longest to wait (default: ${DEFAULT-VALUE}).")
  private long timeout;

  WaitOption() {}

  boolean wanted() {
    return wait;
  }

  /**
   * Waits, and prints what is known then.
   *
   * @param listener is told every result as it comes
   * @return the exit status
   */
  int follow(RequesterClient client, String requestId, Consumer<Result> listener, PrintWriter out) {
    RequestOutcome outcome = client.await(requestId, Duration.ofSeconds(timeout), listener);
    out.println();
    int status = OutcomeText.print(client, outcome, out);
    if (!outcome.ended()) {
      throw CommandFailure.unreachable(
          "no end after %d s; look later with: ./verillm status %s".formatted(timeout, requestId));
    }
    return status;
  }
}
