package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.ServedModel;
import io.verillm.models.BuiltInModel;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model}: what requests may ask for. */
final class ServedModelsOption {
  @Mixin private ModelsOption models = new ModelsOption();

  @Option(
      names = "--model",
      paramLabel = "NAME",
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
    return names.stream()
        .map(name ->
            parts.add("model " + name, ServedModel.open(name, models.store(), device.device())))
        .toList();
  }
}
