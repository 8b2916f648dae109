package io.verillm.protocol.shard;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.RequestInput;
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
import io.verillm.protocol.vote.CaseGround;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Says what a verdict rests on: tests, positions, policy, and what was not checked. */
final class VerdictStatement {
  private final RequestState request;
  private final CaseState found;
  private final Optional<Judge> judge;
  private final Optional<CaseGround> ground;

  /**
   * A statement about one case.
   *
   * @param judge empty where nothing was challenged
   * @param ground empty where there is no segment
   */
  VerdictStatement(
      RequestState request, CaseState found, Optional<Judge> judge, Optional<CaseGround> ground) {
    this.request = request;
    this.found = found;
    this.judge = judge;
    this.ground = ground;
  }

  Verdict event(long epoch, boolean last) {
    Optional<CaseReport> report = report();
    int opened = report.isPresent() ? opened() : 0;
    int positions = positions();
    return new Verdict(
        request.requestId,
        found.segment,
        found.round,
        found.decision.outcome(),
        last,
        found.decision.reason(),
        epoch,
        report.map(r -> r.policy().name().toLowerCase(Locale.ROOT)).orElse("none"),
        report.flatMap(CaseReport::calibrationId).orElse("uncalibrated"),
        report.map(r -> r.ran().stream().map(CaseTest::name).toList()).orElse(List.of()),
        opened,
        positions,
        notChecked(report, opened, positions, PrivateOpenings.isPrivate(request.accepted())),
        found.members.stream().map(VerdictStatement::member).toList(),
        proofs(),
        request.cases.size(),
        committeeProof());
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
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  /** The draw of a committee that was never asked to open. */
  private ByteBuffer committeeProof() {
    boolean asked = found.round == 0 || !found.challengesOf(found.round).isEmpty();
    return asked
        ? ByteBuffer.allocate(0)
        : Wire.buffer(request.committees.get(found.round - 1).proof());
  }

  /** Opened ones among the positions that the case answers for. */
  private int opened() {
    int base = ground.map(g -> g.span().base()).orElse(0);
    return (int) found.openedPositions().stream().filter(p -> p >= base).count();
  }

  /**
   * Positions that the case answers for: those of its own segment, the first also the prompt's, as
   * far as they are known.
   */
  private int positions() {
    int prompt = request.input.map(RequestInput::getPromptLength).orElse(0);
    int without = found.segment == 0 ? prompt : 0;
    return ground.map(g -> g.span().total()).orElse(without);
  }

  /** The report of the first checker, in the order of the draw, whose openings allow a vote. */
  private Optional<CaseReport> report() {
    return judge.stream()
        .flatMap(j -> checked().flatMap(m -> j.outcome(m).stream()))
        .filter(Vote.class::isInstance)
        .map(o -> ((Vote) o).report())
        .findFirst();
  }

  private Stream<MemberState> checked() {
    return found.members.stream().filter(m -> !m.author && m.isValid());
  }

  private static List<String> notChecked(
      Optional<CaseReport> report, int opened, int positions, boolean isPrivate) {
    List<String> missing = new ArrayList<>();
    if (isPrivate) {
      missing.add("by anybody else: auditable by the parties only");
    }
    report.ifPresent(r -> r.notChecked().forEach(t -> missing.add("test " + t.name())));
    if (opened < positions) {
      missing.add("rows of " + (positions - opened) + " of " + positions + " positions");
    }
    if (opened > 0 && opened < positions) {
      missing.add(
          "wrong rows at 5 % of the positions escape the row test with "
              + escape(0.05, opened)
              + ", at 20 % with "
              + escape(0.20, opened));
    }
    if (report.filter(r -> r.policy() == Policy.CALIBRATED).isEmpty()) {
      missing.add("how tokens were chosen");
    }
    return missing;
  }

  private static String escape(double share, int opened) {
    double percent = 100 * StrictMath.pow(1 - share, opened);
    return BigDecimal.valueOf(percent).setScale(1, RoundingMode.HALF_UP).toPlainString() + " %";
  }

  private static VerdictMember member(MemberState m) {
    return new VerdictMember(
        Wire.buffer(m.task.taskId),
        m.task.worker,
        m.author ? MemberRole.AUTHOR : MemberRole.CHECKER,
        m.round,
        m.judgement == null ? MemberDecision.NONE : MemberDecision.valueOf(m.judgement.name()),
        m.judgementReason,
        m.isHandover());
  }

  /** Every terminal state opens the tasks that no challenge has opened. */
  private List<TaskProof> proofs() {
    return found.members.stream()
        // The author of a later segment is opened by its own case.
        .filter(m -> !m.isHandover())
        .filter(m -> found.challenges.stream().noneMatch(c -> c.round() >= Math.max(1, m.round)))
        .map(m ->
            new TaskProof(
                Wire.buffer(m.task.taskId),
                m.task.worker,
                m.author ? MemberRole.AUTHOR : MemberRole.CHECKER,
                m.round,
                m.task.attempt,
                Wire.buffer(m.task.proof)))
        .toList();
  }
}
