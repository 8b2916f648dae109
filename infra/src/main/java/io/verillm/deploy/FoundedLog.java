package io.verillm.deploy;

import io.verillm.events.ModelRegistered;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.protocol.crypto.Hash;
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
 * @param registry all that is registered on it, with a coordinator and parameters
 */
public record FoundedLog(RegistrySnapshot registry) {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(20);

  /** The log of a registry; empty until it is founded, see {@link Founding}. */
  static Optional<FoundedLog> of(RegistrySnapshot registry) {
    return Optional.of(registry)
        .filter(all -> all.coordinator().isPresent() && all.parameters().isPresent())
        .map(FoundedLog::new);
  }

  /** Whose log it is. */
  public RegisteredCoordinator coordinator() {
    return registry.coordinator().orElseThrow();
  }

  /** Those in force. */
  public Parameters parameters() {
    return Parameters.of(registry.parameters().orElseThrow());
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
   * Waits until the log is founded, and reads all that is registered: programs may come before
   * that.
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
      return of(registry.refresh(REGISTRY_TIMEOUT)).orElseThrow();
    }
  }

  /** The catalogue with the shards that its coordinator registered. */
  public Catalogue catalogue() {
    return Catalogue.of(coordinator().shards());
  }

  /**
   * The same log, if these are its coordinator's keys.
   *
   * @throws IllegalStateException if they are another's: what they sign counts for nothing here
   */
  public FoundedLog of(CoordinatorKeys keys) {
    require(coordinator(), keys);
    return this;
  }

  /** As above, for a program that signs and draws nothing. */
  public FoundedLog signedBy(Signer signer) {
    require(coordinator(), signer);
    return this;
  }

  /**
   * Requires that a model is registered here as this one is: what is registered is so for good.
   *
   * @param endToken token that ends its texts
   * @throws IllegalStateException if it is not, or ends its texts by another token
   */
  public void requireRegistered(String name, Hash id, int endToken) {
    ModelRegistered registered = registry.models().get(id);
    if (registered == null) {
      throw new IllegalStateException(
          "model %s is not registered here by the id %s: model register does that, once for all"
              .formatted(name, id.hex()));
    }
    if (registered.getEosId() != endToken) {
      throw new IllegalStateException(
          "model %s ends texts with the token %d, and is registered here with %d"
              .formatted(name, endToken, registered.getEosId()));
    }
  }

  /** The id of a model's calibration, where it counts for nothing here. */
  public Optional<String> unregisteredCalibration(ServedModel model) {
    return model
        .calibration()
        .map(CalibrationFile::calibrationId)
        .filter(id -> !registry.calibrations().containsKey(id));
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
