package io.verillm.topics;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;

/**
 * How a client reaches a cluster, and as whom.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param security Kafka's client settings beside them, such as {@code security.protocol} and {@code
 *     sasl.jaas.config}; empty where the cluster asks nobody who he is
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> security) {
  /** Copies the settings. */
  public KafkaAccess {
    security = Map.copyOf(security);
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
