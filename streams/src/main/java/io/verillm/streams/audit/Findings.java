package io.verillm.streams.audit;

import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Collects what an audit checks and finds. */
final class Findings {
  /** One wrong record can make everything behind it wrong; more findings would tell nothing. */
  private static final int FINDINGS_MAX_PER_RULE = 100;

  private static final int PROOFS_MAX = 100;

  private final Map<AuditRule, Long> checked = new EnumMap<>(AuditRule.class);
  private final Map<AuditRule, Long> wrong = new EnumMap<>(AuditRule.class);
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private Map<String, Long> balances = Map.of();
  private final List<Proved> proofs = new ArrayList<>();

  Findings() {
    for (AuditRule rule : AuditRule.values()) {
      checked.put(rule, 0L);
      wrong.put(rule, 0L);
    }
  }

  void checked(AuditRule rule) {
    checked.merge(rule, 1L, Long::sum);
  }

  void add(Finding finding) {
    if (wrong.merge(finding.rule(), 1L, Long::sum) <= FINDINGS_MAX_PER_RULE) {
      findings.add(finding);
    }
  }

  void prove(Proved proof) {
    if (proofs.size() < PROOFS_MAX) {
      proofs.add(proof);
    }
  }

  /** Counts something that the report names. */
  void count(String what, long number) {
    counts.merge(what, number, Long::sum);
  }

  /** What the ledger ends with. */
  void balances(Map<String, Long> last) {
    balances = last;
  }

  /** All of it, about the log of this registry. */
  AuditReport report(RegistrySnapshot registry) {
    return new AuditReport(
        registry.coordinator().map(coordinator -> coordinator.key().hex()).orElse("unknown"),
        checked,
        wrong,
        counts,
        Blame.of(findings).inOrder(),
        balances,
        registry.workers().values().stream()
            .collect(Collectors.toMap(RegisteredWorker::id, worker -> worker.key().hex())),
        proofs);
  }
}
