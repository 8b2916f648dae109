package io.verillm.gpu.worker;

import io.verillm.gpu.intake.IntakeSettings;
import io.verillm.gpu.intake.TaskIntake;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who a worker is and how it runs.
 *
 * @param id worker id, of a-z, 0-9 and dash
 * @param operator who runs it; may be the id
 * @param key signs everything the worker says
 * @param secret key of its seals' salts, 32 bytes that never leave it
 * @param access how the broker is reached
 * @param catalogue the topics
 * @param intake connects to the worker's tasks
 * @param sessions most tasks that hold model memory at once
 * @param controlWait how long a task may wait for Continue or Stop
 * @param lookBack how far back the log is read at the start
 * @param drain how long {@link Worker#close} lets running tasks finish
 * @param flags how it plants the flags that it owes; empty where it plants none: it then says no
 *     VRF key, owes none, and is given no task where duties run
 */
public record WorkerSettings(
    String id,
    String operator,
    Signer key,
    byte[] secret,
    KafkaAccess access,
    Catalogue catalogue,
    Function<IntakeSettings, TaskIntake> intake,
    int sessions,
    Duration controlWait,
    Duration lookBack,
    Duration drain,
    Optional<FlagSettings> flags) {
  private static final int SECRET_BYTES = 32;

  /** Refuses a weak secret and a worker that could hold no task. */
  public WorkerSettings {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a worker's secret has 32 bytes, not " + secret.length);
    }
    if (sessions < 1) {
      throw new IllegalArgumentException("a worker holds at least one session, not " + sessions);
    }
  }

  /**
   * Its own operator, 32 sessions, ten minutes for a control, a day of the log, ten seconds to
   * drain.
   */
  public static WorkerSettings of(
      String id,
      Signer key,
      byte[] secret,
      KafkaAccess access,
      Catalogue catalogue,
      Function<IntakeSettings, TaskIntake> intake) {
    return new WorkerSettings(
        id,
        id,
        key,
        secret,
        access,
        catalogue,
        intake,
        32,
        Duration.ofMinutes(10),
        Duration.ofDays(1),
        Duration.ofSeconds(10),
        Optional.empty());
  }

  /** The same with another time to drain. */
  public WorkerSettings withDrain(Duration drain) {
    return new WorkerSettings(
        id,
        operator,
        key,
        secret,
        access,
        catalogue,
        intake,
        sessions,
        controlWait,
        lookBack,
        drain,
        flags);
  }

  /** The same with other tasks at once. */
  public WorkerSettings withSessions(int sessions) {
    return new WorkerSettings(
        id,
        operator,
        key,
        secret,
        access,
        catalogue,
        intake,
        sessions,
        controlWait,
        lookBack,
        drain,
        flags);
  }

  /** The same for another operator. */
  public WorkerSettings withOperator(String operator) {
    return new WorkerSettings(
        id,
        operator,
        key,
        secret,
        access,
        catalogue,
        intake,
        sessions,
        controlWait,
        lookBack,
        drain,
        flags);
  }

  /** The same with what it needs to plant flags. */
  public WorkerSettings withFlags(FlagSettings planting) {
    return new WorkerSettings(
        id,
        operator,
        key,
        secret,
        access,
        catalogue,
        intake,
        sessions,
        controlWait,
        lookBack,
        drain,
        Optional.of(planting));
  }

  /** What the worker reads private mode with. */
  DecryptionKey decryption() {
    return DecryptionKey.fromSeed(derived("decryption"));
  }

  /** What decides which flags the worker owes. */
  VrfKey vrf() {
    return VrfKey.fromSeed(derived("vrf"));
  }

  private byte[] derived(String use) {
    return Hashing.hmacSha256(secret, HashInput.of(use).bytes()).bytes();
  }

  @Override
  public String toString() {
    return "WorkerSettings[" + id + " at " + access + "]";
  }
}
