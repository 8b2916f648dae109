package io.verillm.protocol.check;

/** Which row test a vote used. */
public enum Policy {
  /** Thresholds of a calibration. */
  CALIBRATED,
  /** The paper's rule, where there is no calibration: the verdict says {@code uncalibrated}. */
  PAPER
}
