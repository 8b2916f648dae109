package io.verillm.demo;

import io.verillm.events.Verdict;
import io.verillm.topics.RequestOutcome;
import java.util.ArrayList;
import java.util.List;

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
    String requestId, String prompt, String text, String outcome, List<SegmentRow> segments) {
  public RequestRow {
    segments = List.copyOf(segments);
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
        verdicts.stream().map(SegmentRow::of).toList());
  }

  /** Lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(requestId + "  " + outcome);
    lines.add("  prompt: " + oneLine(prompt));
    lines.add("  text: " + oneLine(text));
    segments.forEach(segment -> segment.lines().forEach(line -> lines.add("  " + line)));
    return lines;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
