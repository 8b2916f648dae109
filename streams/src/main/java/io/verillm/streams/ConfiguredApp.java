package io.verillm.streams;

import io.verillm.topics.KafkaAccess;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** An app that knows its cluster. */
public final class ConfiguredApp {
  private final StreamsApp app;
  private final KafkaAccess access;
  private final Properties settings;

  ConfiguredApp(StreamsApp app, KafkaAccess access, Properties settings) {
    this.app = app;
    this.access = access;
    this.settings = settings;
  }

  /** Settings by Kafka's names; a copy. */
  public Properties settings() {
    Properties copy = new Properties();
    copy.putAll(settings);
    return copy;
  }

  /**
   * Starts and returns at once, see {@link RunningApp#awaitRunning}.
   *
   * @throws UnsafeCluster if the cluster's transactions may be torn
   */
  public RunningApp start() throws UnsafeCluster {
    try (Admin admin = access.admin()) {
      UnsafeCluster.refuse(admin);
    }
    return RunningApp.start(app.id(), streams());
  }

  private KafkaStreams streams() {
    return new KafkaStreams(app.topology().get(), new StreamsConfig(settings));
  }
}
