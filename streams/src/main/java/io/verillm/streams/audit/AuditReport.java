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
import java.util.TreeMap;

/**
 * What an audit found.
 *
 * @param coordinatorKey the Ed25519 key, in hexadecimal digits, that the log names as the
 *     coordinator's; compare it with the one that you were given elsewhere
 * @param checked things checked, by rule
 * @param wrong things wrong, by rule
 * @param counts what was recomputed, and what no rule could be applied to yet, by name
 * @param findings what is wrong, causes first, see {@link Blame}; at most 100 for a rule
 * @param balances what the recomputed transfers leave on each account, in units
 * @param workers the Ed25519 key, in hexadecimal digits, of each worker by its id
 * @param proofs what of it convicts the coordinator before third parties; at most 100
 */
public record AuditReport(
    String coordinatorKey,
    Map<AuditRule, Long> checked,
    Map<AuditRule, Long> wrong,
    Map<String, Long> counts,
    List<Finding> findings,
    Map<String, Long> balances,
    Map<String, String> workers,
    List<Proved> proofs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the collections. */
  public AuditReport {
    checked = Collections.unmodifiableMap(new EnumMap<>(checked));
    wrong = Collections.unmodifiableMap(new EnumMap<>(wrong));
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    findings = List.copyOf(findings);
    balances = Collections.unmodifiableMap(new TreeMap<>(balances));
    workers = Map.copyOf(workers);
    proofs = List.copyOf(proofs);
  }

  /** Whether everything is as the rules make it. */
  public boolean identical() {
    return findings.isEmpty();
  }

  /** The report for people. */
  public String text() {
    return AuditText.of(this);
  }

  /** The report as one line of JSON. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("identical", identical()).put("coordinatorKey", coordinatorKey);
    ObjectNode rules = root.putObject("checked");
    checked.forEach((rule, number) -> rules.put(rule.label(), number));
    ObjectNode broken = root.putObject("wrong");
    wrong.forEach((rule, number) -> broken.put(rule.label(), number));
    ObjectNode numbers = root.putObject("counts");
    counts.forEach(numbers::put);
    ArrayNode list = root.putArray("findings");
    Blame blame = Blame.of(findings);
    blame.causes().forEach(cause -> cause.forEach(finding -> add(list, finding, true)));
    blame.consequences().forEach(finding -> add(list, finding, false));
    ArrayNode proved = root.putArray("proved");
    proofs.forEach(proof -> proved.add(proof.sentence()));
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always writable", e);
    }
  }

  private static void add(ArrayNode list, Finding finding, boolean isCause) {
    list.addObject()
        .put("topic", finding.topic())
        .put("partition", finding.partition())
        .put("offset", finding.offset())
        .put("event", finding.event())
        .put("rule", finding.rule().label())
        .put("cause", isCause)
        .put("message", finding.message());
  }
}
