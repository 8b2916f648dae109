package io.verillm.demo;

import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
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
 * @param outcome the worst verdict of its segments, or why there is none
 * @param segments one for each part of the text that one worker wrote
 */
public record RequestRow(
    String requestId, String prompt, String text, String outcome, List<Segment> segments) {
  public RequestRow {
    segments = List.copyOf(segments);
  }

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
  public record Segment(
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
    public Segment {
      checked = List.copyOf(checked);
      notChecked = List.copyOf(notChecked);
    }

    private static Segment of(Verdict v) {
      return new Segment(
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

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          "  segment %d by %s: %s%s"
              .formatted(number, author, outcome, reason.isEmpty() ? "" : " (" + reason + ")"));
      secondRound.ifPresent(words -> lines.add("    " + words));
      if (checked.isEmpty()) {
        lines.add("    nothing was opened, so nothing is checked");
        return lines;
      }
      lines.add(
          "    policy %s; checked: %s; %s"
              .formatted(policy, String.join(", ", checked), positionsOpened()));
      lines.add(
          "    not checked: " + (notChecked.isEmpty() ? "nothing" : String.join(", ", notChecked)));
      return lines;
    }
  }

  /**
   * Joins what the requester was told with the public verdicts.
   *
   * @param verdicts by segment; empty for a request that was never admitted
   */
  static RequestRow of(String prompt, RequestOutcome told, List<Verdict> verdicts) {
    return new RequestRow(
        told.requestId(),
        prompt,
        told.text(),
        told.reason().isEmpty() ? told.state().toString() : told.reason(),
        verdicts.stream().map(Segment::of).toList());
  }

  /** Lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(requestId + "  " + outcome);
    lines.add("  prompt: " + oneLine(prompt));
    lines.add("  text: " + oneLine(text));
    segments.forEach(segment -> lines.addAll(segment.lines()));
    return lines;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
