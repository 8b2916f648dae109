package io.verillm.cli;

import io.verillm.demo.SegmentRow;
import io.verillm.events.Verdict;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.RequesterClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What is known of a request, for people, and whether it is good. */
final class OutcomeText {
  private static final String ACCEPTED = "ACCEPTED";

  private OutcomeText() {}

  /**
   * Prints it, with the public verdicts where there are any.
   *
   * @return the exit status
   */
  static int print(RequesterClient client, RequestOutcome outcome, PrintWriter out) {
    List<Verdict> verdicts = outcome.decided() ? client.verdicts(outcome.requestId()) : List.of();
    lines(outcome, verdicts).forEach(out::println);
    return status(outcome);
  }

  private static List<String> lines(RequestOutcome outcome, List<Verdict> verdicts) {
    List<String> lines = new ArrayList<>();
    switch (outcome.state()) {
      case UNKNOWN ->
          lines.add(
              "unknown: nothing was answered to %s on this cluster; it was posted elsewhere, or"
                      .formatted(outcome.requestId())
                  + " refused for an id that proves no owner, or no coordinator runs");
      case RUNNING -> lines.add("running; unverified text so far: " + outcome.text());
      case REFUSED -> lines.add("REFUSED (" + outcome.reason() + ")");
      case DECIDED -> lines.add(outcome.reason() + "; a dispute may still change it");
      case FINAL -> lines.add(outcome.reason());
    }
    if (outcome.decided()) {
      lines.add("text: " + outcome.text());
      verdicts.forEach(verdict -> lines.addAll(SegmentRow.of(verdict).lines()));
    }
    return lines;
  }

  /** Exit status: a request that is not accepted, and will not be, is bad. */
  private static int status(RequestOutcome outcome) {
    return switch (outcome.state()) {
      case RUNNING -> ExitCode.OK;
      case UNKNOWN, REFUSED -> ExitCode.BAD;
      case DECIDED, FINAL -> outcome.reason().equals(ACCEPTED) ? ExitCode.OK : ExitCode.BAD;
    };
  }
}
