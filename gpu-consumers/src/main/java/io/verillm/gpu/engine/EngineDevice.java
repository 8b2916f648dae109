package io.verillm.gpu.engine;

import java.util.Arrays;
import java.util.Locale;

/** Where a model runs: all three are execution providers of ONNX Runtime. */
public enum EngineDevice {
  /** The embedded default, on any machine. */
  CPU,
  /** CUDA provider; needs the GPU build of ONNX Runtime and its libraries. */
  CUDA,
  /** TensorRT provider; needs the same, and TensorRT. */
  TENSORRT;

  /**
   * Reads an option's value.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  public static EngineDevice named(String name) {
    return Arrays.stream(values())
        .filter(device -> device.label().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("no engine device '" + name + "': cpu, cuda or tensorrt"));
  }

  /** The name in options and profiles. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
