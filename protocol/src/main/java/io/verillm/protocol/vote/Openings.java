package io.verillm.protocol.vote;

import io.verillm.events.Challenge;
import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Trace;
import java.util.List;

/** Makes the opening that a challenge asks for; {@link OpeningCheck} is its other side. */
public final class Openings {
  private Openings() {}

  /**
   * The opening of a trace; positions that it does not have are left out.
   *
   * @param trace at least the seal's positions
   */
  public static Opening of(
      Challenge challenge, SealedCommitment seal, EvidenceVector evidence, Trace trace) {
    int finalNorm = trace.shape().finalNorm();
    return of(
        challenge,
        seal,
        evidence,
        challenge.getPositions().stream()
            .filter(position -> position.getPosition() < seal.size())
            .map(position ->
                trace.open(position.getPosition(), seal.size(), position.getBoundary(), finalNorm))
            .map(Openings::position)
            .toList());
  }

  /** The opening with these positions, whatever the challenge asks for. */
  public static Opening of(
      Challenge challenge,
      SealedCommitment seal,
      EvidenceVector evidence,
      List<OpenedPosition> positions) {
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
        Wire.buffer(evidence.bytes()),
        positions);
  }

  /** One opened position as events hold it. */
  public static OpenedPosition position(PositionOpening opened) {
    OpenedRow[] rows = new OpenedRow[opened.rows().size()];
    for (int i = 0; i < rows.length; i++) {
      RowOpening row = opened.rows().get(i);
      rows[i] = new OpenedRow(row.boundary(), Wire.buffer(row.bytes()), row.path().buffers());
    }
    return new OpenedPosition(
        opened.position(), opened.tokenId(), List.of(rows), opened.leafPath().buffers());
  }
}
