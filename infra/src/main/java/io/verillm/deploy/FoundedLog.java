package io.verillm.deploy;

import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RegistryReader;
import java.time.Duration;
import java.util.Optional;

/**
 * A log on which the coordinator's programs can work.
 *
 * @param coordinator whose it is
 * @param parameters the last that it set
 */
public record FoundedLog(RegisteredCoordinator coordinator, Parameters parameters) {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(20);

  /** The log of a registry; empty until it is founded, see {@link Founding}. */
  static Optional<FoundedLog> of(RegistrySnapshot registry) {
    return registry
        .coordinator()
        .flatMap(coordinator ->
            registry
                .parameters()
                .map(parameters -> new FoundedLog(coordinator, Parameters.of(parameters))));
  }

  /**
   * The log of a cluster; empty where none is founded.
   *
   * @throws org.apache.kafka.common.KafkaException if the registry cannot be read
   */
  public static Optional<FoundedLog> find(KafkaAccess access) {
    try (RegistryReader registry = RegistryReader.open(access)) {
      return of(registry.refresh(REGISTRY_TIMEOUT));
    }
  }

  /**
   * Waits until the log is founded: programs may come before that.
   *
   * @param waiting told once, if there is something to wait for
   */
  public static FoundedLog await(KafkaAccess access, Runnable waiting) {
    try (RegistryReader registry = RegistryReader.open(access)) {
      Optional<FoundedLog> log = of(registry.poll(LOOK));
      if (log.isEmpty()) {
        waiting.run();
      }
      while (log.isEmpty()) {
        log = of(registry.poll(LOOK));
      }
      return log.get();
    }
  }

  /** The catalogue with the shards that its coordinator registered. */
  public Catalogue catalogue() {
    return Catalogue.of(coordinator.shards());
  }

  /**
   * The same log, if these are its coordinator's keys.
   *
   * @throws IllegalStateException if they are another's: what they sign counts for nothing here
   */
  public FoundedLog of(CoordinatorKeys keys) {
    require(coordinator, keys);
    return this;
  }

  /** As above, for a program that signs and draws nothing. */
  public FoundedLog signedBy(Signer signer) {
    require(coordinator, signer);
    return this;
  }

  static void require(RegisteredCoordinator coordinator, CoordinatorKeys keys) {
    require(coordinator, keys.signer());
    if (!coordinator.vrfKey().equals(keys.vrf().publicKey())) {
      throw new IllegalStateException(
          "the log's coordinator %s draws with another VRF key than this one"
              .formatted(coordinator.key().hex()));
    }
  }

  private static void require(RegisteredCoordinator coordinator, Signer signer) {
    if (!coordinator.key().equals(signer.publicKey())) {
      throw new IllegalStateException(
          "the log's coordinator has the key %s, this one is %s"
              .formatted(coordinator.key().hex(), signer.publicKey().hex()));
    }
  }
}
