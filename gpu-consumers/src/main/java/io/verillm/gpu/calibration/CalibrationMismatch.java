package io.verillm.gpu.calibration;

/** There is no calibration for the model that runs; the message says what was found instead. */
public final class CalibrationMismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CalibrationMismatch(String message) {
    super(message);
  }
}
