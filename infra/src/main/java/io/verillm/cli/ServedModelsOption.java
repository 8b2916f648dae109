package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.ServedModel;
import io.verillm.models.BuiltInModel;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model}: what requests may ask for. */
final class ServedModelsOption {
  @Mixin private FetchedModelsOption models = new FetchedModelsOption();

  @Option(
      names = "--model",
      paramLabel = FetchedModelsOption.LABEL,
      split = ",",
      defaultValue = BuiltInModel.NAME,
      description =
          "Models to serve, as they are on workers' --device: the built-in one or imported ones (default:"
              + " ${DEFAULT-VALUE}).")
  private List<String> names = List.of();

  @Mixin private DeviceOption device = new DeviceOption();

  ServedModelsOption() {}

  /**
   * Opens them.
   *
   * @param parts closes them
   * @throws io.verillm.models.InvalidModelException if one is not there, or damaged
   */
  List<ServedModel> open(ClosingOrder parts) {
    return names.stream().map(wanted -> open(wanted, parts)).toList();
  }

  private ServedModel open(String wanted, ClosingOrder parts) {
    FetchedModelsOption.Found found = models.withoutWeights(wanted);
    return parts.add(
        "model " + wanted, ServedModel.open(found.name(), found.store(), device.device()));
  }
}
