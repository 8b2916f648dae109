package io.verillm.streams.log;

import io.verillm.topics.KafkaAccess;
import java.time.Duration;
import java.util.Set;

/**
 * How a sealer runs.
 *
 * @param access how the cluster is reached
 * @param witnesses ids of the witnesses that every shard must know before the first epoch closes
 * @param busy time between two seals while a request is open
 * @param idle time between two seals while nothing happens
 * @param wake time from a record's arrival to a seal while idle
 */
public record SealerSettings(
    KafkaAccess access, Set<String> witnesses, Duration busy, Duration idle, Duration wake) {

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException without a witness or where wake, busy and idle do not ascend
   */
  public SealerSettings {
    witnesses = Set.copyOf(witnesses);
    if (witnesses.isEmpty()) {
      throw new IllegalArgumentException("a sealer needs at least one witness");
    }
    if (wake.compareTo(busy) > 0 || busy.compareTo(idle) > 0) {
      throw new IllegalArgumentException(
          "wake %s, busy %s and idle %s must ascend".formatted(wake, busy, idle));
    }
  }

  /** The protocol's times: a tick while busy, 10 s while idle. */
  public static SealerSettings of(KafkaAccess access, Set<String> witnesses) {
    return new SealerSettings(
        access, witnesses, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofMillis(50));
  }
}
