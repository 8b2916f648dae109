package io.verillm.cli;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Option;

/** {@code --bootstrap}: which Kafka cluster is meant. */
final class BootstrapOption {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "Kafka's bootstrap servers (default: ${DEFAULT-VALUE}).")
  private String servers = "localhost:9092";

  BootstrapOption() {}

  String servers() {
    return servers;
  }

  /** An admin client that gives up after some seconds where no broker answers. */
  Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", servers,
            "default.api.timeout.ms", "10000",
            "request.timeout.ms", "5000"));
  }
}
