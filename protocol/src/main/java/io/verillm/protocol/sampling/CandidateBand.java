package io.verillm.protocol.sampling;

/**
 * By how much the difference of two logits may move between two honest computations: calibrated, as
 * at least twice what one logit moves.
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
