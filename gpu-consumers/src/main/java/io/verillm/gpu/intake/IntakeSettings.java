package io.verillm.gpu.intake;

import io.verillm.topics.KafkaAccess;
import java.time.Duration;

/**
 * How a worker takes its tasks.
 *
 * @param access how the broker is reached
 * @param topic the worker's topic of tasks
 * @param group its group; all processes of a worker share it
 * @param inFlight most tasks handed out at once by one process
 * @param lock how long the broker keeps a task for this process without hearing of it
 * @param drain how long {@link TaskIntake#stop} waits for tasks in hand
 */
public record IntakeSettings(
    KafkaAccess access, String topic, String group, int inFlight, Duration lock, Duration drain) {
  /** Refuses a lock that cannot be renewed in time. */
  public IntakeSettings {
    if (inFlight < 1 || lock.toMillis() < 3) {
      throw new IllegalArgumentException(
          "%d tasks in flight with a lock of %s".formatted(inFlight, lock));
    }
  }

  /** Eight tasks at once, a lock of 30 s, ten seconds to drain. */
  public static IntakeSettings of(KafkaAccess access, String topic, String group) {
    return new IntakeSettings(
        access, topic, group, 8, Duration.ofSeconds(30), Duration.ofSeconds(10));
  }

  /** The same with another lock. */
  public IntakeSettings withLock(Duration lock) {
    return new IntakeSettings(access, topic, group, inFlight, lock, drain);
  }

  /** The same with another time to drain. */
  public IntakeSettings withDrain(Duration drain) {
    return new IntakeSettings(access, topic, group, inFlight, lock, drain);
  }

  /** Renewing at a third leaves room for one lost try. */
  Duration renewal() {
    return lock.dividedBy(3);
  }
}
