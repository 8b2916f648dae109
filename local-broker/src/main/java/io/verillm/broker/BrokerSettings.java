package io.verillm.broker;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one broker with its own controller is told, so that it starts fast on two cores. */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  static final String CLIENTS = "CLIENT";
  static final String HOST = "127.0.0.1";

  private BrokerSettings() {}

  static Map<String, String> of(Path logs, int port, int controllerPort, Optional<Guard> guard) {
    Map<String, String> settings = new HashMap<>();
    listeners(settings, port, controllerPort);
    guard.ifPresent(kept -> settings.putAll(kept.settings(CLIENTS, CONTROLLER_LISTENER, secret())));
    singleNode(settings);
    groups(settings);
    settings.put("log.dirs", logs.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", Integer.toString(LocalBroker.MESSAGE_BYTES_MAX));
    settings.put("replica.fetch.max.bytes", Integer.toString(LocalBroker.MESSAGE_BYTES_MAX));
    // A restart after a crash waits until the old session of the same broker has expired.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("controlled.shutdown.enable", "true");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024));
    settings.put("log.index.size.max.bytes", Integer.toString(1024 * 1024));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("num.recovery.threads.per.data.dir", "2");
    settings.put("background.threads", "2");
    return settings;
  }

  // Kept nowhere: the broker logs in to itself, and a restarted one has another.
  private static String secret() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void listeners(Map<String, String> settings, int port, int controllerPort) {
    String controller = HOST + ":" + controllerPort;
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("inter.broker.listener.name", CLIENTS);
    settings.put(
        "listeners",
        "CLIENT://%s:%d,%s://%s".formatted(HOST, port, CONTROLLER_LISTENER, controller));
    settings.put("advertised.listeners", "CLIENT://%s:%d".formatted(HOST, port));
    settings.put(
        "listener.security.protocol.map", "CLIENT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
  }

  private static void singleNode(Map<String, String> settings) {
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "2");
  }

  private static void groups(Map<String, String> settings) {
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    settings.put("group.share.initialize.retry.interval.ms", "500");
    for (String kind : new String[] {"share", "streams", "consumer"}) {
      settings.put("group." + kind + ".heartbeat.interval.ms", "200");
      settings.put("group." + kind + ".min.heartbeat.interval.ms", "200");
      // After a kill the groups wait for members that will never speak again.
      settings.put("group." + kind + ".session.timeout.ms", "6000");
      settings.put("group." + kind + ".min.session.timeout.ms", "6000");
    }
    // An orphaned transaction of a killed local process must not hold readers for a minute.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
  }
}
