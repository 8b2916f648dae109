package io.verillm.demo;

import io.verillm.events.VerdictOutcome;
import java.util.List;

/**
 * What became of one request.
 *
 * @param requestId its id
 * @param prompt what was asked
 * @param text what was generated
 * @param outcome verdict of its worst case
 * @param reason why, a short name
 * @param policy row policy and calibration
 * @param checked tests that ran
 * @param notChecked what nobody looked at
 * @param opened positions opened in all rounds
 * @param positions positions of the case
 */
public record RequestRow(
    String requestId,
    String prompt,
    String text,
    VerdictOutcome outcome,
    String reason,
    String policy,
    List<String> checked,
    List<String> notChecked,
    int opened,
    int positions) {
  public RequestRow {
    checked = List.copyOf(checked);
    notChecked = List.copyOf(notChecked);
  }

  /** Lines for people. */
  List<String> lines() {
    return List.of(
        "%s  %s%s".formatted(requestId, outcome, reason.isEmpty() ? "" : " (" + reason + ")"),
        "  " + oneLine(prompt) + " |" + oneLine(text),
        "  policy %s; checked: %s; %d of %d positions opened"
            .formatted(policy, String.join(", ", checked), opened, positions),
        "  not checked: " + String.join(", ", notChecked));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
