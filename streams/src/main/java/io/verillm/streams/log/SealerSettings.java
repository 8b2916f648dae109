package io.verillm.streams.log;

import io.verillm.topics.KafkaAccess;
import java.time.Duration;

/**
 * How a sealer runs.
 *
 * @param access how the cluster is reached
 * @param busy time between two seals while a request is open
 * @param idle time between two seals while nothing happens
 * @param wake time from a record's arrival to a seal while idle
 * @param checkpoints is told every closed epoch's checkpoint
 */
public record SealerSettings(
    KafkaAccess access, Duration busy, Duration idle, Duration wake, CheckpointSink checkpoints) {

  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException where wake, busy and idle do not ascend
   */
  public SealerSettings {
    if (wake.compareTo(busy) > 0 || busy.compareTo(idle) > 0) {
      throw new IllegalArgumentException(
          "wake %s, busy %s and idle %s must ascend".formatted(wake, busy, idle));
    }
  }

  /** The same, with somebody to be told of checkpoints. */
  public SealerSettings withCheckpoints(CheckpointSink sink) {
    return new SealerSettings(access, busy, idle, wake, sink);
  }

  /** The protocol's times: a tick while busy, 10 s while idle. */
  public static SealerSettings of(KafkaAccess access) {
    return new SealerSettings(
        access,
        Duration.ofMillis(250),
        Duration.ofSeconds(10),
        Duration.ofMillis(50),
        CheckpointSink.NONE);
  }
}
