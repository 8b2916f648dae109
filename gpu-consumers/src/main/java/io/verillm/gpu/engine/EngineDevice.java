package io.verillm.gpu.engine;

import io.verillm.models.NumericProfile;
import java.util.Locale;

/**
 * Where a model runs: all three are execution providers of ONNX Runtime. There is no falling back
 * to another: the device is part of the model id.
 */
public enum EngineDevice {
  /** The embedded default, on any machine. */
  CPU,
  /** CUDA provider; needs the GPU build of ONNX Runtime and its libraries. */
  CUDA,
  /** TensorRT provider, with CUDA's behind it; needs the same, and TensorRT. */
  TENSORRT;

  /** The name in options and profiles. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The numeric profile of what is computed there. */
  public NumericProfile profile() {
    return NumericProfile.onnxruntimeFp32(label());
  }
}
