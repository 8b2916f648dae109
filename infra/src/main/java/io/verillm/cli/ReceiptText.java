package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.local.ReceiptRerun;
import io.verillm.local.ReceiptRerun.Agreement;
import io.verillm.protocol.receipt.ReceiptReport;
import io.verillm.protocol.receipt.ReceiptRule;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What verifying a receipt gave, for people and for scripts. */
final class ReceiptText {
  /** One wrong byte can make much behind it wrong; more lines would tell nothing. */
  private static final int FINDINGS_MAX = 20;

  private static final String RERUN = "--rerun";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReceiptText() {}

  static List<String> lines(
      ReceiptReport report, Optional<ReceiptRerun> rerun, ReceiptConclusion conclusion) {
    List<String> lines = new ArrayList<>();
    report.claim().ifPresent(claim -> claim(lines, claim));
    lines.add("checked:");
    for (ReceiptRule rule : ReceiptRule.values()) {
      lines.add(
          "  %-14s %4d  %s".formatted(rule.label(), report.checked().get(rule), rule.sentence()));
    }
    rerun.ifPresent(again -> again.lines().forEach(line -> lines.add("  rerun: " + line)));
    List<String> open = notChecked(report, rerun);
    if (!open.isEmpty()) {
      lines.add("not checked:");
      open.forEach(line -> lines.add("  " + line));
    }
    report.findings().stream()
        .limit(FINDINGS_MAX)
        .forEach(f ->
            lines.add("WRONG %s: %s: %s".formatted(f.record(), f.rule().label(), f.message())));
    if (report.findings().size() > FINDINGS_MAX) {
      lines.add("and %d more".formatted(report.findings().size() - FINDINGS_MAX));
    }
    lines.add(conclusion.line());
    return lines;
  }

  /** A rerun checks what the file alone cannot show. */
  private static List<String> notChecked(ReceiptReport report, Optional<ReceiptRerun> rerun) {
    boolean isRedone = rerun.filter(r -> r.agreement() != Agreement.OTHER_MODEL).isPresent();
    return Stream.concat(
            report.notChecked().stream().filter(line -> !isRedone || !line.endsWith(RERUN)),
            rerun.stream().flatMap(r -> r.notChecked().stream()))
        .toList();
  }

  private static void claim(List<String> lines, ReceiptReport.Claim claim) {
    lines.add("request " + claim.requestId());
    lines.add("outcome " + claim.outcome().map(Enum::name).orElse("none"));
    claim.verdicts().forEach(lines::add);
    lines.add("text: " + claim.text());
    lines.add(
        "coordinator %s%s"
            .formatted(
                claim.coordinatorKey(),
                claim.pinned() ? "" : " (WARNING: taken from the receipt itself, not from you)"));
    lines.add("holds %d records, %d epochs".formatted(claim.records(), claim.epochs()));
  }

  static String json(
      ReceiptReport report, Optional<ReceiptRerun> rerun, ReceiptConclusion conclusion) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("verified", conclusion == ReceiptConclusion.VERIFIED);
    object.put("conclusion", conclusion.label());
    report
        .claim()
        .ifPresent(claim -> {
          object.put("request", claim.requestId());
          object.put("outcome", claim.outcome().map(Enum::name).orElse(""));
          object.put("text", claim.text());
          object.put("coordinatorKey", claim.coordinatorKey());
          object.put("pinned", claim.pinned());
        });
    Map<String, Integer> checked = new LinkedHashMap<>();
    for (ReceiptRule rule : ReceiptRule.values()) {
      checked.put(rule.label(), report.checked().get(rule));
    }
    object.put("checked", checked);
    object.put("notChecked", notChecked(report, rerun));
    rerun.ifPresent(again -> object.put("rerun", again.lines()));
    object.put(
        "findings",
        report.findings().stream()
            .map(
                f -> Map.of("record", f.record(), "rule", f.rule().label(), "message", f.message()))
            .toList());
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
