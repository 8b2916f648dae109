package io.verillm.cli;

import io.verillm.gpu.engine.EngineDevice;
import picocli.CommandLine.Option;

/** {@code --device}: where a model runs. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "cpu, cuda or tensorrt; a GPU needs a build with the Maven profile cuda (default:"
              + " ${DEFAULT-VALUE}).")
  private EngineDevice device = EngineDevice.CPU;

  DeviceOption() {}

  EngineDevice device() {
    return device;
  }
}
