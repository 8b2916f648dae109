package io.verillm.streams.audit;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for people: what was checked, then what is wrong by itself, then what may follow. */
final class AuditText {
  /** Blamed records that are shown; JSON has all. */
  private static final int CAUSES_MAX = 20;

  /** Findings of one rule that are shown of those that may follow; JSON has all. */
  private static final int CONSEQUENCES_MAX = 3;

  private static final int MESSAGE_CHARS_MAX = 240;

  private final StringBuilder text = new StringBuilder();

  private AuditText() {}

  static String of(AuditReport report) {
    AuditText text = new AuditText();
    text.table(report);
    Blame blame = Blame.of(report.findings());
    text.causes(blame.causes());
    text.consequences(blame.consequences());
    report.proofs().forEach(proof -> text.line("PROVED %s", proof.sentence()));
    text.line(
        report.identical()
            ? "identical"
            : "NOT identical: %d wrong by itself, %d that may follow from that"
                .formatted(blame.causes().size(), blame.consequences().size()));
    return text.text.toString();
  }

  private void line(String line, Object... values) {
    text.append(line.formatted(values)).append(System.lineSeparator());
  }

  private void table(AuditReport report) {
    line("%-14s %8s %6s", "rule", "checked", "wrong");
    report
        .checked()
        .forEach((rule, number) -> {
          long wrong = report.wrong().getOrDefault(rule, 0L);
          if (number > 0 || wrong > 0) {
            line("%-14s %8d %6d  %s", rule.label(), number, wrong, rule.sentence());
          }
        });
    report.counts().forEach((what, number) -> line("%8d %s", number, what));
    boolean isPinned = report.checked().getOrDefault(AuditRule.COORDINATOR, 0L) > 0;
    line(
        "coordinator key %s%s",
        report.coordinatorKey(),
        isPinned ? "" : " (as the log says; --coordinator-key makes it yours to say)");
  }

  private void causes(List<List<Finding>> causes) {
    for (List<Finding> cause : causes.subList(0, Math.min(causes.size(), CAUSES_MAX))) {
      String event =
          cause.stream().map(Finding::event).filter(e -> !e.isEmpty()).findFirst().orElse("");
      line("WRONG %s  %s", cause.getFirst().where(), event);
      cause.forEach(finding -> line("  %-14s %s", finding.rule().label(), cut(finding.message())));
    }
    if (causes.size() > CAUSES_MAX) {
      line("and %d more; --output json lists all", causes.size() - CAUSES_MAX);
    }
  }

  private void consequences(List<Finding> consequences) {
    if (consequences.isEmpty()) {
      return;
    }
    line("what follows from that, or may:");
    Map<AuditRule, List<Finding>> byRule =
        consequences.stream()
            .collect(
                Collectors.groupingBy(
                    Finding::rule, () -> new EnumMap<>(AuditRule.class), Collectors.toList()));
    byRule.forEach((rule, findings) -> {
      findings.stream()
          .limit(CONSEQUENCES_MAX)
          .forEach(finding ->
              line("  %-14s %s: %s", rule.label(), finding.where(), cut(finding.message())));
      if (findings.size() > CONSEQUENCES_MAX) {
        line(
            "  %-14s and %d more; --output json lists them",
            "", findings.size() - CONSEQUENCES_MAX);
      }
    });
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE_CHARS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARS_MAX) + "...";
  }
}
