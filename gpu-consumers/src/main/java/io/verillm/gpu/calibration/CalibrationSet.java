package io.verillm.gpu.calibration;

/** Pairs that set limits, and pairs that only show what the limits do: no prompt is in both. */
enum CalibrationSet {
  TUNING,
  REPORT
}
