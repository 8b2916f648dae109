package io.verillm.protocol.sampling;

/**
 * How far two honest computations' logits may lie apart at the edge of the candidate set:
 * calibrated.
 *
 * @param units width in {@link LogitUnits}
 */
public record CandidateBand(int units) {

  /** Used where no calibration exists: one sixteenth of a logit. */
  public static final CandidateBand UNCALIBRATED = new CandidateBand(LogitUnits.PER_LOGIT / 16);

  /** Checks the range. */
  public CandidateBand {
    LogitUnits.require(units, "a candidate band");
  }

  double logits() {
    return LogitUnits.toLogits(units);
  }
}
