package io.verillm.protocol.shard;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.TaskProof;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.CaseReport;
import io.verillm.protocol.check.CaseTest;
import io.verillm.protocol.check.Policy;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what a verdict rests on: tests, positions, policy, and what was not checked. */
final class VerdictStatement {
  private final CaseState found;
  private final @Nullable Judge judge;

  /**
   * A statement about one case.
   *
   * @param judge null where nothing was challenged
   */
  VerdictStatement(CaseState found, @Nullable Judge judge) {
    this.found = found;
    this.judge = judge;
  }

  Verdict event(long epoch, CaseDecision decision, boolean last, int positions) {
    Optional<CaseReport> report = report();
    int opened = report.isPresent() ? found.openedPositions().size() : 0;
    return new Verdict(
        found.requestId,
        found.segment,
        found.round,
        decision.outcome(),
        last,
        decision.reason(),
        epoch,
        report.map(r -> r.policy().name().toLowerCase(Locale.ROOT)).orElse("none"),
        report.flatMap(CaseReport::calibrationId).orElse("uncalibrated"),
        report.map(r -> r.ran().stream().map(CaseTest::name).toList()).orElse(List.of()),
        opened,
        positions,
        notChecked(report, opened, positions, PrivateOpenings.isPrivate(found.accepted())),
        found.tasks.stream().map(VerdictStatement::member).toList(),
        proofs());
  }

  /** The last word on a request that never became a case. */
  static Verdict withoutCase(String requestId, long epoch, String reason) {
    return new Verdict(
        requestId,
        0,
        0,
        VerdictOutcome.EXPIRED,
        true,
        reason,
        epoch,
        "none",
        "uncalibrated",
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** The report of the first checker, in the order of the draw, whose openings allow a vote. */
  private Optional<CaseReport> report() {
    if (judge == null) {
      return Optional.empty();
    }
    return found.tasks.stream()
        .filter(t -> !t.author && t.judgement != null && t.judgement.valid())
        .flatMap(t -> judge.outcome(t).stream())
        .filter(Vote.class::isInstance)
        .map(o -> ((Vote) o).report())
        .findFirst();
  }

  private static List<String> notChecked(
      Optional<CaseReport> report, int opened, int positions, boolean isPrivate) {
    List<String> missing = new ArrayList<>();
    if (isPrivate) {
      missing.add("by anybody else: auditable by the parties only");
    }
    report.ifPresent(r -> r.notChecked().forEach(t -> missing.add("test " + t.name())));
    if (opened < positions) {
      missing.add("rows of %d of %d positions".formatted(positions - opened, positions));
    }
    if (opened > 0 && opened < positions) {
      missing.add(
          "wrong rows at 5 %% of the positions escape the row test with %s, at 20 %% with %s"
              .formatted(escape(0.05, opened), escape(0.20, opened)));
    }
    if (report.filter(r -> r.policy() == Policy.CALIBRATED).isEmpty()) {
      missing.add("how tokens were chosen");
    }
    return missing;
  }

  private static String escape(double share, int opened) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * StrictMath.pow(1 - share, opened));
  }

  private static VerdictMember member(TaskState t) {
    return new VerdictMember(
        Wire.buffer(t.taskId), t.worker, role(t), t.round, decision(t), t.judgementReason);
  }

  private static MemberRole role(TaskState t) {
    return t.author ? MemberRole.AUTHOR : MemberRole.CHECKER;
  }

  private static MemberDecision decision(TaskState t) {
    return t.judgement == null ? MemberDecision.NONE : MemberDecision.valueOf(t.judgement.name());
  }

  /** Every terminal state opens the tasks that no challenge has opened. */
  private List<TaskProof> proofs() {
    return found.tasks.stream()
        .filter(t -> found.challenges.stream().noneMatch(c -> c.round() >= Math.max(1, t.round)))
        .map(t ->
            new TaskProof(
                Wire.buffer(t.taskId), t.worker, role(t), t.round, t.attempt, Wire.buffer(t.proof)))
        .toList();
  }
}
