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
  /**
   * Restoring state, or a group that does not settle, since the last replay: the consumer is polled
   * all the while.
   */
  static final Duration SETTLE_MAX = Duration.ofHours(1);

  /** Replaying shards' logs, which polls nothing, and all between: the group waits as long. */
  static final Duration REPLAY_MAX = Duration.ofHours(6);

  private final BooleanSupplier starting;
  private final InstantSource clock;
  private @Nullable Instant since;
  private @Nullable Instant stoodStill;

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
      stoodStill = null;
      return loops;
    }
    Instant now = clock.instant();
    since = since == null ? now : since;
    // Shards are replayed one after the other, and between them loops turn for a while.
    stoodStill = loops.isPresent() || stoodStill == null ? now : stoodStill;
    Duration age = Duration.between(since, now);
    Duration settling = Duration.between(stoodStill, now);
    return age.compareTo(REPLAY_MAX) > 0 || settling.compareTo(SETTLE_MAX) > 0
        ? Optional.of("its group has not settled for %d minutes".formatted(age.toMinutes()))
        : Optional.empty();
  }
}
