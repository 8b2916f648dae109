package io.verillm.cli;

import io.verillm.topics.RequestOutcome;
import java.util.ArrayList;
import java.util.List;

/** What is known of a request, for people, and whether it is good. */
final class OutcomeText {
  private static final String ACCEPTED = "ACCEPTED";

  private OutcomeText() {}

  static List<String> lines(RequestOutcome outcome) {
    List<String> lines = new ArrayList<>();
    switch (outcome.state()) {
      case UNKNOWN ->
          lines.add(
              "unknown: nothing was answered to %s on this cluster; it was posted elsewhere, or"
                      .formatted(outcome.requestId())
                  + " refused for an id that proves no owner, or no coordinator runs");
      case RUNNING -> lines.add("running; unverified text so far: " + outcome.text());
      case REFUSED -> lines.add("REFUSED (" + outcome.reason() + ")");
      case DECIDED -> lines.addAll(verdict(outcome, "; a dispute may still change it"));
      case FINAL -> lines.addAll(verdict(outcome, ""));
    }
    return lines;
  }

  private static List<String> verdict(RequestOutcome outcome, String note) {
    return List.of(
        outcome.reason() + note,
        "text: " + outcome.text(),
        "policy: " + outcome.policy(),
        "checked: " + String.join(", ", outcome.checked()),
        "not checked: "
            + (outcome.notChecked().isEmpty()
                ? "nothing"
                : String.join(", ", outcome.notChecked())));
  }

  /** Exit status: a request that is not accepted, and will not be, is bad. */
  static int status(RequestOutcome outcome) {
    return switch (outcome.state()) {
      case RUNNING -> ExitCode.OK;
      case UNKNOWN, REFUSED -> ExitCode.BAD;
      case DECIDED, FINAL -> outcome.reason().equals(ACCEPTED) ? ExitCode.OK : ExitCode.BAD;
    };
  }
}
