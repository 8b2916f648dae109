package io.verillm.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program that takes over partitions, or waits for its group to hand them out: well for a while,
 * not for ever. For one thread.
 */
final class Takeover {
  /** Restoring state, or a group that does not settle: the consumer is polled all the while. */
  static final Duration SETTLE_MAX = Duration.ofHours(1);

  /** Replaying a shard's log, which polls nothing: the group waits as long. */
  static final Duration REPLAY_MAX = Duration.ofHours(6);

  private final BooleanSupplier starting;
  private final InstantSource clock;
  private @Nullable Instant since;

  Takeover(BooleanSupplier starting, InstantSource clock) {
    this.starting = starting;
    this.clock = clock;
  }

  /**
   * What is wrong, if anything.
   *
   * @param loops what is wrong with the loops that should turn; a takeover may excuse it
   */
  Optional<String> fault(Optional<String> loops) {
    if (!starting.getAsBoolean()) {
      since = null;
      return loops;
    }
    Instant now = clock.instant();
    since = since == null ? now : since;
    Duration age = Duration.between(since, now);
    return age.compareTo(loops.isPresent() ? REPLAY_MAX : SETTLE_MAX) > 0
        ? Optional.of("its group has not settled for %d minutes".formatted(age.toMinutes()))
        : Optional.empty();
  }
}
