package io.verillm.protocol.vote;

import io.verillm.events.Challenge;
import io.verillm.events.OpenedPosition;
import io.verillm.events.OpenedRow;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Trace;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

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
    return position(opened, Wire::buffer);
  }

  /** The same with hashes as buffers of the caller's making, which may be one for equal hashes. */
  public static OpenedPosition position(
      PositionOpening opened, Function<Hash, ByteBuffer> buffers) {
    return new OpenedPosition(
        opened.position(),
        opened.tokenId(),
        opened.rows().stream()
            .map(row ->
                new OpenedRow(
                    row.boundary(),
                    Wire.buffer(row.bytes()),
                    row.path().stream().map(buffers).toList()))
            .toList(),
        opened.leafPath().stream().map(buffers).toList());
  }
}
