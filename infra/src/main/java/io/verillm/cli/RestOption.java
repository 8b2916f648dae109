package io.verillm.cli;

import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.Parameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --worker-wait}: how long requests wait for workers that rest. */
final class RestOption {
  /** A day: escrows are not to be held for longer. */
  private static final int SECONDS_MAX = 86_400;

  @Option(
      names = "--worker-wait",
      paramLabel = "SECONDS",
      description =
          "How long a request waits until an author and its whole committee are ready, where workers"
              + " rest while nobody asks anything: longer than a machine takes to start. 0: workers do"
              + " not rest, so one that is ready is enough, and is waited for as long as a segment may"
              + " take (default: as in force, or 0).")
  private @Nullable Integer seconds;

  RestOption() {}

  /** Whether it is to be other than it is. */
  boolean isGiven() {
    return seconds != null;
  }

  /**
   * Parameters with this wait; what is not said stays as it is.
   *
   * @throws CommandFailure for a time that is none
   */
  Parameters in(Parameters present) {
    return seconds == null ? present : present.withWaitTicks(ticks("--worker-wait", seconds));
  }

  static int ticks(String option, int seconds) {
    if (seconds < 0 || seconds > SECONDS_MAX) {
      throw CommandFailure.usage("%s takes 0..%d, not %d".formatted(option, SECONDS_MAX, seconds));
    }
    return (int) (seconds * 1_000L / ClosedEpoch.TICK_MILLIS);
  }
}
