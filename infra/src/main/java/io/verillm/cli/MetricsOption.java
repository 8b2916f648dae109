package io.verillm.cli;

import io.verillm.deploy.BacklogMetrics;
import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.ServedModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.streams.coordinator.Backlog;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** {@code --metrics}: figures for CloudWatch, by which workers that rest are started. */
final class MetricsOption {
  @Option(
      names = "--metrics",
      description =
          "Print a line of figures for each model every 15 s, in CloudWatch's embedded metric format:"
              + " requests that wait for workers, how old the oldest is, and how many are open.")
  private boolean wanted;

  MetricsOption() {}

  void start(ClosingOrder parts, Backlog backlog, VerifyKey log, List<ServedModel> models) {
    if (wanted) {
      Map<String, Hash> names =
          models.stream()
              .collect(Collectors.toMap(model -> model.manifest().name(), ServedModel::id));
      parts.add("metrics", BacklogMetrics.start(backlog, log.hex(), names, System.out));
    }
  }
}
