package io.verillm.demo;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Counts, over last verdicts, what each worker did in its cases. */
final class WorkerCases {
  private static final Set<MemberDecision> FAULTS =
      EnumSet.of(MemberDecision.MISSING, MemberDecision.SILENT, MemberDecision.FAULT);

  private final Map<String, Count> counts = new HashMap<>();

  /** Numbers of one worker. */
  static final class Count {
    int author;
    int checker;
    int accepted;
    int rejected;
    int faults;
  }

  /**
   * Counts all cases.
   *
   * @param verdicts one last verdict for each case
   * @param slashed workers that lost stake, by case
   */
  static WorkerCases of(Collection<Verdict> verdicts, Map<CaseKey, Set<String>> slashed) {
    WorkerCases cases = new WorkerCases();
    for (Verdict verdict : verdicts) {
      Set<String> losers = slashed.getOrDefault(CaseKey.of(verdict), Set.of());
      verdict.getMembers().forEach(member -> cases.add(verdict, member, losers));
    }
    return cases;
  }

  Count of(String worker) {
    return counts.getOrDefault(worker, new Count());
  }

  private void add(Verdict verdict, VerdictMember member, Set<String> losers) {
    Count count = counts.computeIfAbsent(member.getWorker(), id -> new Count());
    if (member.getRole() == MemberRole.AUTHOR) {
      count.author++;
      count.accepted += verdict.getOutcome() == VerdictOutcome.ACCEPTED ? 1 : 0;
      count.rejected += verdict.getOutcome() == VerdictOutcome.REJECTED ? 1 : 0;
    } else {
      count.checker++;
      boolean fault = FAULTS.contains(member.getDecision()) || losers.contains(member.getWorker());
      count.faults += fault ? 1 : 0;
    }
  }
}
