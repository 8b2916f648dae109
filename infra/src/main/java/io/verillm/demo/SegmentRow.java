package io.verillm.demo;

import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was decided about one segment.
 *
 * @param number 0-based
 * @param author who wrote it
 * @param outcome verdict
 * @param reason why, a short name
 * @param policy row policy and calibration
 * @param checked tests that ran
 * @param notChecked what nobody looked at
 * @param secondRound why there was a round 2 and how it went; empty where there was none
 * @param opened positions opened in all rounds
 * @param positions positions of the case
 */
public record SegmentRow(
    int number,
    String author,
    String outcome,
    String reason,
    String policy,
    List<String> checked,
    List<String> notChecked,
    Optional<String> secondRound,
    int opened,
    int positions) {
  public SegmentRow {
    checked = List.copyOf(checked);
    notChecked = List.copyOf(notChecked);
  }

  /** What a verdict says. */
  public static SegmentRow of(Verdict v) {
    return new SegmentRow(
        v.getSegment(),
        v.getMembers().stream()
            .filter(member -> member.getRole() == MemberRole.AUTHOR)
            .map(VerdictMember::getWorker)
            .reduce((first, second) -> second)
            .orElse("nobody"),
        v.getOutcome().toString(),
        v.getReason(),
        v.getPolicy() + " " + v.getCalibrationId(),
        v.getTests(),
        v.getNotChecked(),
        SecondRound.of(v),
        v.getPositionsOpened(),
        v.getPositions());
  }

  private String positionsOpened() {
    return positions == 0
        ? "it only ends the text, so the position before it was opened"
        : opened + " of " + positions + " positions opened";
  }

  /** Lines for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "segment %d by %s: %s%s"
            .formatted(number, author, outcome, reason.isEmpty() ? "" : " (" + reason + ")"));
    secondRound.ifPresent(words -> lines.add("  " + words));
    if (checked.isEmpty()) {
      lines.add("  nothing was opened, so nothing is checked");
      return lines;
    }
    lines.add(
        "  policy %s; checked: %s; %s"
            .formatted(policy, String.join(", ", checked), positionsOpened()));
    lines.add(
        "  not checked: " + (notChecked.isEmpty() ? "nothing" : String.join(", ", notChecked)));
    return lines;
  }
}
