package io.verillm.protocol.check;

import io.verillm.protocol.sampling.TokenEvidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a vote rests on, for the verdict's statement.
 *
 * @param policy row test used
 * @param calibrationId the calibration, empty if uncalibrated
 * @param outcomes outcome of every test that ran
 * @param authorOpening what does not fit in the author's opening, empty if it fits
 * @param rows every row compared, in the order of the challenge
 * @param tokens statistics of the token test, if it ran
 * @param end evidence about the end token, if it was judged
 * @param positionsOpened positions whose rows were compared
 * @param positionsNotOpened positions that the case answers for and that were not
 */
public record CaseReport(
    Policy policy,
    Optional<String> calibrationId,
    Map<CaseTest, TestOutcome> outcomes,
    Optional<String> authorOpening,
    List<RowResult> rows,
    Optional<TokenStatistics> tokens,
    Optional<TokenEvidence> end,
    int positionsOpened,
    int positionsNotOpened) {

  /** Copies the collections. */
  public CaseReport {
    outcomes = Map.copyOf(outcomes);
    rows = List.copyOf(rows);
  }

  /** The tests that ran, in their order. */
  public Set<CaseTest> ran() {
    return new TreeMap<>(outcomes).keySet();
  }

  /** The tests that did not run: what was not checked, besides {@link #positionsNotOpened}. */
  public Set<CaseTest> notChecked() {
    Set<CaseTest> missing = new TreeSet<>(Set.of(CaseTest.values()));
    missing.removeAll(outcomes.keySet());
    return missing;
  }

  /** The outcome of a test, if it ran. */
  public Optional<TestOutcome> outcome(CaseTest test) {
    return Optional.ofNullable(outcomes.get(test));
  }
}
