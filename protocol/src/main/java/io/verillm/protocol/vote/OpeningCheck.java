package io.verillm.protocol.vote;

import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.MerklePath;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.OpeningOutcome;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import java.util.List;

/** Whether an opening on the log fits the commitment that it opens. */
public final class OpeningCheck {
  /**
   * Openings of one challenge that may not fit before none counts any more. The first that fits
   * counts, for deciding and for every checker that votes on it.
   */
  public static final int TRIES_MAX = 4;

  private OpeningCheck() {}

  /** What one opening holds, or why it does not fit. */
  public sealed interface Result {
    /** It fits. */
    record Fits(OpenedTask task) implements Result {}

    /** It does not; the name says what is wrong. */
    record DoesNotFit(String fault) implements Result {}
  }

  /**
   * Checks one opening against its seal, the trace's size and the challenged positions.
   *
   * @param opening as decoded from the log
   * @param sealedRoot root of the commitment that counts
   * @param ground the case
   * @param size positions that its trace must have
   * @param challenged positions that this opening must hold
   */
  public static Result check(
      Opening opening,
      Hash sealedRoot,
      CaseGround ground,
      int size,
      List<io.verillm.protocol.draw.OpenedPosition> challenged) {
    return check(opening, sealedRoot, ground, size, challenged, List.of());
  }

  /**
   * As the other; what somebody else has shown of an equal trace is not hashed again.
   *
   * @param fitting openings of this challenge that fit their seals
   */
  public static Result check(
      Opening opening,
      Hash sealedRoot,
      CaseGround ground,
      int size,
      List<io.verillm.protocol.draw.OpenedPosition> challenged,
      List<OpenedTask> fitting) {
    try {
      return checkFields(opening, sealedRoot, ground, size, challenged, fitting);
    } catch (IllegalArgumentException e) {
      return new Result.DoesNotFit("BAD_VALUE");
    }
  }

  private static Result checkFields(
      Opening opening,
      Hash sealedRoot,
      CaseGround ground,
      int size,
      List<io.verillm.protocol.draw.OpenedPosition> challenged,
      List<OpenedTask> fitting) {
    if (!seal(opening).sealedRoot().equals(sealedRoot)) {
      return new Result.DoesNotFit("SEALED_ROOT");
    }
    EvidenceVector evidence = new EvidenceVector(Wire.bytes(opening.getEvidence()));
    if (!evidence.evidenceRoot().equals(Wire.hash(opening.getEvidenceRoot()))) {
      return new Result.DoesNotFit("EVIDENCE_ROOT");
    }
    if (!opening.getProfile().equals(ground.model().getProfile())) {
      return new Result.DoesNotFit("PROFILE");
    }
    if (opening.getSize() != size) {
      return new Result.DoesNotFit("SIZE");
    }
    Hash outputHash = Wire.hash(opening.getOutputHash());
    OpenedTask task =
        new OpenedTask(
            ground.profile(opening.getProfile()),
            Wire.hash(opening.getTraceRoot()),
            opening.getSize(),
            outputHash,
            FinishReason.valueOf(opening.getFinishReason().name()),
            evidence,
            opening.getPositions().stream().map(OpeningCheck::position).toList());
    for (OpenedTask other : fitting) {
      if (task.showsTheSame(other)) {
        return new Result.Fits(task.with(other.positions()));
      }
    }
    OpeningOutcome outcome = task.verify(ground.terms(challenged));
    return outcome == OpeningOutcome.VALID
        ? new Result.Fits(task)
        : new Result.DoesNotFit(outcome.name());
  }

  private static SealedCommitment seal(Opening o) {
    return new SealedCommitment(
        Wire.hash(o.getTaskId()),
        o.getWorker(),
        Step.valueOf(o.getStep().name()),
        Wire.hash(o.getTraceRoot()),
        Wire.hash(o.getEvidenceRoot()),
        o.getSize(),
        Wire.hash(o.getOutputHash()),
        FinishReason.valueOf(o.getFinishReason().name()),
        o.getProfile(),
        Wire.hash(o.getSalt()));
  }

  private static PositionOpening position(OpenedPosition p) {
    RowOpening[] rows = new RowOpening[p.getRows().size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(p.getRows().get(i));
    }
    return new PositionOpening(
        p.getPosition(), p.getTokenId(), List.of(rows), MerklePath.ofBuffers(p.getLeafPath()));
  }

  private static RowOpening row(OpenedRow r) {
    return RowOpening.of(r.getBoundary(), r.getRow(), MerklePath.ofBuffers(r.getPath()));
  }
}
