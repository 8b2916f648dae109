package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Trace;

/** Makes the opening that a challenge asks for. */
final class Openings {
  private Openings() {}

  static Opening of(Challenge challenge, SealedStep step) {
    SealedCommitment seal = step.seal();
    Trace trace = step.trace();
    int finalNorm = trace.shape().finalNorm();
    return new Opening(
        challenge.getRequestId(),
        challenge.getSegment(),
        challenge.getRound(),
        challenge.getPart(),
        Wire.buffer(seal.taskId()),
        seal.worker(),
        OpeningStep.valueOf(seal.step().name()),
        Wire.buffer(seal.traceRoot()),
        Wire.buffer(seal.evidenceRoot()),
        seal.size(),
        Wire.buffer(seal.outputHash()),
        OpeningFinish.valueOf(seal.finishReason().name()),
        seal.profile(),
        Wire.buffer(seal.salt()),
        Wire.buffer(step.evidence().bytes()),
        challenge.getPositions().stream()
            .filter(position -> position.getPosition() < seal.size())
            .map(position ->
                trace.open(position.getPosition(), seal.size(), position.getBoundary(), finalNorm))
            .map(Openings::position)
            .toList());
  }

  private static OpenedPosition position(PositionOpening opened) {
    return new OpenedPosition(
        opened.position(),
        opened.tokenId(),
        opened.rows().stream()
            .map(row ->
                new OpenedRow(row.boundary(), Wire.buffer(row.bytes()), Wire.buffers(row.path())))
            .toList(),
        Wire.buffers(opened.leafPath()));
  }
}
