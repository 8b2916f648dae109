package io.verillm.streams.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an audit found.
 *
 * @param identical whether everything is as the rules make it
 * @param coordinatorKey the Ed25519 key, in hexadecimal digits, that the log names as the
 *     coordinator's; compare it with the one that you were given elsewhere
 * @param checked things checked, by rule
 * @param counts what was recomputed, and what no rule could be applied to yet, by name
 * @param findings what is wrong, in the order in which it was met; at most 100 for a rule
 */
public record AuditReport(
    boolean identical,
    String coordinatorKey,
    Map<AuditRule, Long> checked,
    Map<String, Long> counts,
    List<Finding> findings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the collections. */
  public AuditReport {
    checked = Collections.unmodifiableMap(new EnumMap<>(checked));
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    findings = List.copyOf(findings);
  }

  /** The report for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    checked.forEach((rule, number) ->
        text.append("%-14s %8d checked  %s%n".formatted(rule.label(), number, rule.sentence())));
    counts.forEach((what, number) -> text.append("%8d %s%n".formatted(number, what)));
    text.append("coordinator key %s%n".formatted(coordinatorKey));
    for (Finding finding : findings) {
      text.append(
          "WRONG %s-%d@%d  %s: %s%n"
              .formatted(
                  finding.topic(),
                  finding.partition(),
                  finding.offset(),
                  finding.rule().label(),
                  finding.message()));
    }
    text.append(identical ? "identical" : "NOT identical: %d findings".formatted(findings.size()));
    return text.append(System.lineSeparator()).toString();
  }

  /** The report as one line of JSON. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("identical", identical).put("coordinatorKey", coordinatorKey);
    ObjectNode rules = root.putObject("checked");
    checked.forEach((rule, number) -> rules.put(rule.label(), number));
    ObjectNode numbers = root.putObject("counts");
    counts.forEach(numbers::put);
    ArrayNode list = root.putArray("findings");
    for (Finding finding : findings) {
      list.addObject()
          .put("topic", finding.topic())
          .put("partition", finding.partition())
          .put("offset", finding.offset())
          .put("rule", finding.rule().label())
          .put("message", finding.message());
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always writable", e);
    }
  }
}
