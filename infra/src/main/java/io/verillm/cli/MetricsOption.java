package io.verillm.cli;

import io.verillm.deploy.BacklogMetrics;
import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.CoordinatorProgram;
import io.verillm.deploy.ServedModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** {@code --metrics}: figures for CloudWatch, by which workers that rest are started. */
final class MetricsOption {
  @Option(
      names = "--metrics",
      description =
          "Print a line of figures for each model every 15 s, in CloudWatch's embedded metric format:"
              + " requests that wait for workers, how old the oldest is, how many are open, and shards of"
              + " which nothing is known yet.")
  private boolean wanted;

  MetricsOption() {}

  void start(
      ClosingOrder parts, CoordinatorProgram program, VerifyKey log, List<ServedModel> models) {
    if (wanted) {
      Map<String, Set<Hash>> names =
          models.stream()
              .collect(
                  Collectors.groupingBy(
                      model -> model.manifest().name(),
                      Collectors.mapping(ServedModel::id, Collectors.toSet())));
      parts.add(
          "metrics",
          BacklogMetrics.start(
              program.backlog(), program.app()::isStarting, log.hex(), names, System.out));
    }
  }
}
