package io.verillm.models;

/**
 * What decides the last bits of a model's numbers: engine, device and precision. Part of the model
 * id, so that workers of different profiles never share one by accident.
 *
 * @param id lower-case letters, digits and dashes, such as {@code onnxruntime-cpu-fp32}
 * @param rowType how rows are stored under this profile
 */
public record NumericProfile(String id, RowType rowType) {

  /** ONNX Runtime on a CPU in single precision, the profile of the built-in model. */
  public static final NumericProfile ONNXRUNTIME_CPU_FP32 = onnxruntimeFp32("cpu");

  /** Refuses an id that could read as two fields. */
  public NumericProfile {
    if (!id.matches("[a-z0-9]+(-[a-z0-9]+){0,7}")) {
      throw new IllegalArgumentException("numeric profile id not of the form a-b-c: " + id);
    }
  }

  /**
   * ONNX Runtime in single precision.
   *
   * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
   */
  public static NumericProfile onnxruntimeFp32(String device) {
    return new NumericProfile("onnxruntime-" + device + "-fp32", RowType.FP32);
  }
}
