package io.verillm.gpu;

import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.gpu.task.SealedStep;
import io.verillm.gpu.task.TaskRun;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.CaseCheck;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.check.CaseTerms;
import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.trace.TraceShape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One answer as its author seals it, and the vote of who checks it.
 *
 * @param asked the author's task
 * @param stop size at which it is stopped
 * @param step what the author seals
 */
public record JudgedAnswer(TaskTerms asked, int stop, SealedStep step) {

  /** Has an answer written, up to so many positions. */
  public static JudgedAnswer written(
      TaskTerms asked, int stop, Inference author, Calibration calibration) {
    try (TaskRun run = run(asked, author, calibration)) {
      run.decodeAhead(() -> false);
      return new JudgedAnswer(asked, stop, run.finish(() -> stop, (position, token) -> {}));
    }
  }

  /** The vote of who computes in this way. */
  public Vote judgedBy(Inference checker, Calibration calibration) {
    int[] context = new int[step.seal().size()];
    Arrays.setAll(context, step.trace()::tokenId);
    try (TaskRun run = run(asked.withContext(context), checker, calibration)) {
      SealedStep own = run.prefill();
      TraceShape shape = own.trace().shape();
      CaseSpan span = new CaseSpan(Math.min(asked.promptLength(), size() - 1), size(), size());
      List<OpenedPosition> positions = PositionDraw.first(asked.seed(), span, shape.boundaries());
      ExpectedOutput expected = new ExpectedOutput(size(), step.seal().outputHash());
      CaseTerms terms =
          new CaseTerms(
              shape.modelId(),
              shape.boundaries(),
              shape.dimension(),
              span,
              new CaseLimits(
                  asked.promptLength(),
                  stop - asked.promptLength(),
                  asked.positionLimit(),
                  OptionalInt.of(stop)),
              expected,
              expected,
              positions,
              List.of());
      return (Vote)
          CaseCheck.vote(
              terms,
              Optional.of(calibration),
              Optional.of(opened(step, positions)),
              opened(own, positions));
    }
  }

  /** Positions of prompt and answer. */
  public int size() {
    return step.seal().size();
  }

  private static TaskRun run(TaskTerms terms, Inference how, Calibration calibration) {
    return TaskRun.open(
        terms,
        new SealIdentity("w-01", Keys.signing("secret").publicKey().bytes()),
        how,
        calibration.candidateBand());
  }

  private static OpenedTask opened(SealedStep step, List<OpenedPosition> positions) {
    int finalNorm = step.trace().shape().finalNorm();
    return new OpenedTask(
        step.trace().shape().profile(),
        step.seal().traceRoot(),
        step.seal().size(),
        step.seal().outputHash(),
        step.seal().finishReason(),
        step.evidence(),
        positions.stream()
            .map(opened ->
                step.trace()
                    .open(opened.position(), step.seal().size(), opened.boundary(), finalNorm))
            .toList());
  }
}
