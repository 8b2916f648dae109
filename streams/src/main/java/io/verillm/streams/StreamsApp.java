package io.verillm.streams;

import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * A Kafka Streams app before it knows a cluster: a value.
 *
 * @param id application id: its consumer group, the prefix of its internal topics and transactions
 * @param topology makes a fresh topology for each instance
 * @param internalTopics changelogs that Streams creates, full names; a cluster that does not let
 *     apps create topics needs them made beforehand
 */
public record StreamsApp(String id, Supplier<Topology> topology, List<String> internalTopics) {
  /** How long an effect waits for its transaction at most, in milliseconds. */
  public static final int COMMIT_INTERVAL_MILLIS = 50;

  /** Longest start: six hours. */
  private static final int REPLAY_MILLIS_MAX = 6 * 60 * 60 * 1_000;

  /** Copies the names. */
  public StreamsApp {
    internalTopics = List.copyOf(internalTopics);
  }

  /**
   * Ties the app to a cluster.
   *
   * @param stateDir where Streams keeps its locks and checkpoints; one for each running instance
   */
  public ConfiguredApp configured(KafkaAccess access, Path stateDir) {
    return configured(access, stateDir, Map.of());
  }

  /** As above, with settings that win over the app's own. */
  public ConfiguredApp configured(
      KafkaAccess access, Path stateDir, Map<String, String> overrides) {
    Map<String, String> settings = new TreeMap<>(access.security());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Integer.toString(COMMIT_INTERVAL_MILLIS));
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1");
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, "-1");
    settings.put(StreamsConfig.POLL_MS_CONFIG, "20");
    // After a kill the group waits this long for the dead member; Kafka's own default is 45 s.
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), "10000");
    settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), "3000");
    // What 5.0 will do anyway; its constant is deprecated already, and unset it warns at each
    // start.
    settings.put("processing.exception.handler.global.enabled", "true");
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // A replayed shard polls nothing; thrown out of the group meanwhile it would begin again.
    settings.put(
        StreamsConfig.consumerPrefix("max.poll.interval.ms"), Integer.toString(REPLAY_MILLIS_MAX));
    settings.put(StreamsConfig.consumerPrefix("fetch.max.wait.ms"), "100");
    settings.put(StreamsConfig.producerPrefix("linger.ms"), "0");
    // On a new partition a first batch can be refused and a later one pass: the first is then lost.
    settings.put(StreamsConfig.producerPrefix("max.in.flight.requests.per.connection"), "1");
    // A changelog keeps whole events; Kafka's default for a topic is 1 MiB.
    String bytesMax = SignedProducer.settings(access).get("max.request.size").toString();
    settings.put(StreamsConfig.producerPrefix("max.request.size"), bytesMax);
    settings.put(StreamsConfig.topicPrefix("max.message.bytes"), bytesMax);
    settings.putAll(overrides);
    Properties properties = new Properties();
    properties.putAll(settings);
    return new ConfiguredApp(this, access, properties);
  }
}
