package io.verillm.protocol.receipt;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what is checked and found. */
final class ReceiptFindings {
  private final Map<ReceiptRule, Integer> checked = new EnumMap<>(ReceiptRule.class);
  private final List<ReceiptFinding> found = new ArrayList<>();

  ReceiptFindings() {
    for (ReceiptRule rule : ReceiptRule.values()) {
      checked.put(rule, 0);
    }
  }

  /** Notes one application of a rule; what it found where the rule is broken. */
  void check(ReceiptRule rule, boolean holds, String record, String message) {
    checked.merge(rule, 1, Integer::sum);
    if (!holds) {
      found.add(new ReceiptFinding(record, rule, message));
    }
  }

  /** Notes a broken rule. */
  void add(ReceiptRule rule, String record, String message) {
    check(rule, false, record, message);
  }

  /** Notes a rule that holds. */
  void holds(ReceiptRule rule) {
    checked.merge(rule, 1, Integer::sum);
  }

  List<ReceiptFinding> found() {
    return found;
  }

  Map<ReceiptRule, Integer> checked() {
    return checked;
  }
}
