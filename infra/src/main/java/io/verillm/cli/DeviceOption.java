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
          "cpu, cuda or tensorrt; a GPU needs a build with the Maven profile cuda; tensorrt was"
              + " never run and needs --untried (default: ${DEFAULT-VALUE}).")
  private EngineDevice device = EngineDevice.CPU;

  @Option(
      names = "--untried",
      description =
          "Take a device that nobody has run this on. TensorRT would build its engine anew for each"
              + " length of the cache, which takes minutes each.")
  private boolean untried;

  DeviceOption() {}

  /** The device; one that was never run only on purpose. */
  EngineDevice device() {
    if (device == EngineDevice.TENSORRT && !untried) {
      throw CommandFailure.usage(
          "--device tensorrt was never run and would not be of use as it stands (docs/engine.md,"
              + " Devices); who wants to try says --untried");
    }
    return device;
  }
}
