package io.verillm.streams.coordinator;

import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the verdicts of all segments say about an answer.
 *
 * @param outcome the worst of them
 * @param policy row policies and calibrations
 * @param checked tests that ran for every segment
 * @param notChecked what was not checked, of several segments with their numbers
 */
record AnswerVerdict(
    VerdictOutcome outcome, String policy, List<String> checked, List<String> notChecked) {

  /** The verdicts of one answer, at least one. */
  static AnswerVerdict of(List<Verdict> verdicts) {
    // The enum lists the worst outcome first.
    VerdictOutcome worst =
        verdicts.stream().map(Verdict::getOutcome).min(Comparator.naturalOrder()).orElseThrow();
    String policy =
        verdicts.stream()
            .map(v -> v.getPolicy() + " (" + v.getCalibrationId() + ")")
            .distinct()
            .collect(Collectors.joining(", "));
    List<String> checked = new ArrayList<>(verdicts.getFirst().getTests());
    verdicts.forEach(v -> checked.retainAll(v.getTests()));
    return new AnswerVerdict(worst, policy, List.copyOf(checked), notChecked(verdicts));
  }

  private static List<String> notChecked(List<Verdict> verdicts) {
    if (verdicts.size() == 1) {
      return verdicts.getFirst().getNotChecked();
    }
    return verdicts.stream()
        .flatMap(
            v -> v.getNotChecked().stream().map(what -> "segment " + v.getSegment() + ": " + what))
        .toList();
  }
}
