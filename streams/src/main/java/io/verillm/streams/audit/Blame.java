package io.verillm.streams.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Findings told apart: what is wrong by itself, and what follows from that or may. A record whose
 * own bytes do not hold makes much wrong that is computed from it. Where every record's bytes hold,
 * the first broken rule in the order of {@link AuditRule} is the likeliest cause.
 *
 * @param causes findings by the record that is blamed, in the order of the rules
 * @param consequences all others, in the order of the rules
 */
record Blame(List<List<Finding>> causes, List<Finding> consequences) {
  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::rule)
          .thenComparing(Finding::topic)
          .thenComparingInt(Finding::partition)
          .thenComparingLong(Finding::offset);

  Blame {
    causes = causes.stream().map(List::copyOf).toList();
    consequences = List.copyOf(consequences);
  }

  static Blame of(List<Finding> findings) {
    List<Finding> sorted = findings.stream().sorted(ORDER).toList();
    Optional<AuditRule> first = sorted.stream().map(Finding::rule).findFirst();
    Map<String, List<Finding>> causes = new LinkedHashMap<>();
    for (Finding finding : sorted) {
      boolean bytes = finding.rule().judgesBytes();
      if (bytes || finding.rule() == first.orElseThrow()) {
        causes.putIfAbsent(place(finding), new ArrayList<>());
      }
    }
    List<Finding> consequences = new ArrayList<>();
    for (Finding finding : sorted) {
      causes.getOrDefault(place(finding), consequences).add(finding);
    }
    return new Blame(List.copyOf(causes.values()), consequences);
  }

  /** Findings that name no record are each about something else. */
  private static String place(Finding finding) {
    return finding.offset() < 0 ? finding.where() + finding.message() : finding.where();
  }

  /** All findings, causes first. */
  List<Finding> inOrder() {
    List<Finding> all = new ArrayList<>();
    causes.forEach(all::addAll);
    all.addAll(consequences);
    return all;
  }
}
