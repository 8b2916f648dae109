package io.verillm.topics;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;

/**
 * How a client reaches a cluster, as whom, and whose log it must be.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param security Kafka's client settings beside them, such as {@code security.protocol} and {@code
 *     sasl.jaas.config}; empty where the cluster asks nobody who he is. {@link #COORDINATOR_KEY}
 *     may stand among them
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> security) {
  /**
   * Setting that Kafka does not know: the coordinator's Ed25519 key in 64 hexadecimal digits.
   * Without it the first coordinator on the registry is believed.
   */
  public static final String COORDINATOR_KEY = "verillm.coordinator.key";

  /**
   * Copies the settings.
   *
   * @throws IllegalArgumentException if the coordinator's key is none
   */
  public KafkaAccess {
    security = Map.copyOf(security);
    pinned(security);
  }

  private static Optional<VerifyKey> pinned(Map<String, String> security) {
    String hex = security.get(COORDINATOR_KEY);
    try {
      return Optional.ofNullable(hex).map(given -> VerifyKey.of(HexFormat.of().parseHex(given)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          COORDINATOR_KEY + " is an Ed25519 key of 64 hexadecimal digits, not '" + hex + "'", e);
    }
  }

  /** The same access to a log that must be this coordinator's. */
  public KafkaAccess trusting(VerifyKey coordinator) {
    Map<String, String> pinned = new HashMap<>(security);
    pinned.put(COORDINATOR_KEY, coordinator.hex());
    return new KafkaAccess(bootstrapServers, pinned);
  }

  /** The key of the coordinator whose log it must be; empty where none is pinned. */
  public Optional<VerifyKey> coordinator() {
    return pinned(security);
  }

  /** The registry before its first record is read: it believes the pinned coordinator alone. */
  public RegistrySnapshot registry() {
    return coordinator().map(RegistrySnapshot::trusting).orElseGet(RegistrySnapshot::empty);
  }

  /** Access without a name, to a cluster that asks for none. */
  public static KafkaAccess open(String bootstrapServers) {
    return new KafkaAccess(bootstrapServers, Map.of());
  }

  /**
   * Access with the settings of a properties file, the format of Kafka's own {@code
   * --command-config}.
   *
   * @throws IOException if it cannot be read or is no such file
   */
  public static KafkaAccess ofFile(String bootstrapServers, Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IllegalArgumentException notProperties) {
      throw new IOException(file + " is no properties file: " + notProperties.getMessage());
    }
    Map<String, String> security = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> security.put(name, properties.getProperty(name)));
    return new KafkaAccess(bootstrapServers, security);
  }

  /** The client settings by Kafka's names; a copy to add to. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(security);
    settings.remove(COORDINATOR_KEY);
    settings.put("bootstrap.servers", bootstrapServers);
    return settings;
  }

  /** An admin client. */
  public Admin admin() {
    return Admin.create(settings());
  }

  /** Without the settings, which hold secrets. */
  @Override
  public String toString() {
    return bootstrapServers;
  }
}
