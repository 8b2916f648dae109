package io.verillm.protocol.sim;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often a check errs, as a calibration's report has counted it over real pairs.
 *
 * @param source where the report lies
 * @param calibration the limits that judged: their model and when they were measured
 * @param honestRejected share of honest pairs that were rejected
 * @param cheatsRejected by cheat, the share of its pairs that were rejected in the end
 */
public record MeasuredErrors(
    String source,
    String calibration,
    Estimate honestRejected,
    SortedMap<String, Estimate> cheatsRejected) {

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException where nothing was counted
   */
  public MeasuredErrors {
    cheatsRejected = new TreeMap<>(cheatsRejected);
    if (honestRejected.count() == 0 || cheatsRejected.isEmpty()) {
      throw new IllegalArgumentException("a report without honest pairs or without cheats");
    }
  }

  /** The most that fp is with 95 % confidence: where 0 of n were seen it is not 0. */
  public double falsePositiveMost() {
    return honestRejected.high();
  }

  /** The most that fn is for the cheat that is found worst. */
  public double falseNegativeMost() {
    return 1 - worst().getValue().low();
  }

  /** The cheat about which least is certain, and the share of it that was rejected. */
  Map.Entry<String, Estimate> worst() {
    return cheatsRejected.entrySet().stream()
        .min(Comparator.comparingDouble(cheat -> cheat.getValue().low()))
        .orElseThrow();
  }
}
