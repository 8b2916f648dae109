package io.verillm.demo;

import io.verillm.events.Verdict;
import io.verillm.topics.RequestOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of one request.
 *
 * @param requestId its id
 * @param prompt what was asked
 * @param text what was generated
 * @param outcome verdict, or why there is none
 * @param reason why, a short name
 * @param policy row policy and calibration
 * @param checked tests that ran
 * @param notChecked what nobody looked at
 * @param secondRound why there was a round 2 and how it went; empty where there was none
 * @param opened positions opened in all rounds
 * @param positions positions of the case
 */
public record RequestRow(
    String requestId,
    String prompt,
    String text,
    String outcome,
    String reason,
    String policy,
    List<String> checked,
    List<String> notChecked,
    Optional<String> secondRound,
    int opened,
    int positions) {
  public RequestRow {
    checked = List.copyOf(checked);
    notChecked = List.copyOf(notChecked);
  }

  /**
   * Joins what the requester was told with the public verdict.
   *
   * @param verdict of the request's first segment; empty for a request that was never admitted
   */
  static RequestRow of(String prompt, RequestOutcome told, Optional<Verdict> verdict) {
    return new RequestRow(
        told.requestId(),
        prompt,
        told.text(),
        verdict.map(v -> v.getOutcome().toString()).orElseGet(() -> told.state().toString()),
        verdict.map(Verdict::getReason).orElseGet(told::reason),
        verdict.map(v -> v.getPolicy() + " " + v.getCalibrationId()).orElse("none"),
        verdict.map(Verdict::getTests).orElse(List.of()),
        verdict.map(Verdict::getNotChecked).orElse(List.of()),
        verdict.flatMap(SecondRound::of),
        verdict.map(Verdict::getPositionsOpened).orElse(0),
        verdict.map(Verdict::getPositions).orElse(0));
  }

  /** Lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  %s%s".formatted(requestId, outcome, reason.isEmpty() ? "" : " (" + reason + ")"));
    lines.add("  prompt: " + oneLine(prompt));
    lines.add("  text: " + oneLine(text));
    secondRound.ifPresent(words -> lines.add("  " + words));
    lines.add(
        "  policy %s; checked: %s; %d of %d positions opened"
            .formatted(policy, String.join(", ", checked), opened, positions));
    lines.add(
        "  not checked: " + (notChecked.isEmpty() ? "nothing" : String.join(", ", notChecked)));
    return lines;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
