package io.verillm.cli;

import io.verillm.events.Result;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.Parameters;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --wait}: stays until a request has ended, and tells how. */
final class WaitOption {
  private static final long SECONDS = 300;

  @Option(names = "--wait", description = "Wait for the final verdict and tell it.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "Longest to wait (default: 300 s, and as long as the log lets requests wait for workers that"
              + " rest).")
  private @Nullable Long timeout;

  WaitOption() {}

  boolean wanted() {
    return wait;
  }

  /**
   * Waits, and prints what is known then.
   *
   * @param parameters those in force
   * @param listener is told every result as it comes
   * @return the exit status
   */
  int follow(
      RequesterClient client,
      Optional<Parameters> parameters,
      String requestId,
      Consumer<Result> listener,
      PrintWriter out) {
    long seconds = seconds(timeout, parameters);
    RequestOutcome outcome = client.await(requestId, Duration.ofSeconds(seconds), listener);
    out.println();
    int status = OutcomeText.print(client, outcome, out);
    if (!outcome.ended()) {
      throw CommandFailure.unreachable(
          "no end after %d s; look later with: ./verillm status %s".formatted(seconds, requestId));
    }
    return status;
  }

  /** As long as is asked for; else as an answer may take behind the wait for workers that rest. */
  static long seconds(@Nullable Long asked, Optional<Parameters> parameters) {
    return asked != null ? asked : SECONDS + parameters.map(WaitOption::restSeconds).orElse(0L);
  }

  /** Longest that requests wait for workers that rest. */
  static long restSeconds(Parameters parameters) {
    return parameters.waitTicks() * ClosedEpoch.TICK_MILLIS / 1_000;
  }
}
