package io.verillm.protocol.check;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.OpeningOutcome;
import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import io.verillm.protocol.trace.TraceShape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One member's opening as a vote sees it: its seal's fields, the whole evidence and the challenged
 * positions. That the fields are those of the sealed root is checked before ({@link
 * io.verillm.protocol.trace.SealedCommitment}).
 *
 * @param profile the numeric profile that it computed with
 * @param traceRoot root over positions 0..size-1
 * @param size positions of its trace
 * @param outputHash sealed output hash
 * @param finishReason why it ended; NONE for a PREFILL
 * @param evidence evidence about the tokens after the prompt and the end token
 * @param positions the challenged positions, in any order
 */
public record OpenedTask(
    NumericProfile profile,
    Hash traceRoot,
    int size,
    Hash outputHash,
    FinishReason finishReason,
    EvidenceVector evidence,
    List<PositionOpening> positions) {

  /** Copies the positions. */
  public OpenedTask {
    positions = List.copyOf(positions);
  }

  /**
   * Whether the positions are those challenged, fit the trace root, and the evidence has the
   * trace's length.
   */
  public OpeningOutcome verify(CaseTerms terms) {
    if (evidence.tokens() != size - terms.limits().promptLength()) {
      return OpeningOutcome.EVIDENCE_LENGTH;
    }
    Map<Integer, OpenedPosition> challenged = new HashMap<>();
    terms.challenged().forEach(position -> challenged.put(position.position(), position));
    Set<Integer> matching = new HashSet<>();
    for (PositionOpening opening : positions) {
      if (challenged.containsKey(opening.position())) {
        matching.add(opening.position());
      }
    }
    if (positions.size() != challenged.size() || matching.size() != challenged.size()) {
      return OpeningOutcome.POSITIONS_NOT_AS_CHALLENGED;
    }
    TraceShape shape =
        new TraceShape(terms.modelId(), profile, terms.boundaries(), terms.dimension());
    for (PositionOpening opening : positions) {
      int boundary = challenged.get(opening.position()).boundary();
      List<RowOpening> rows = opening.rows();
      if (rows.size() != 2
          || rows.getFirst().boundary() != boundary
          || rows.getLast().boundary() != shape.finalNorm()) {
        return OpeningOutcome.BOUNDARIES_NOT_AS_CHALLENGED;
      }
      OpeningOutcome outcome = opening.verify(traceRoot, size, shape);
      if (outcome != OpeningOutcome.VALID) {
        return outcome;
      }
    }
    return OpeningOutcome.VALID;
  }

  /** Whether this and another show the same positions of equal traces: both fit or neither. */
  public boolean showsTheSame(OpenedTask other) {
    return traceRoot.equals(other.traceRoot)
        && size == other.size
        && evidence.tokens() == other.evidence.tokens()
        && profile.equals(other.profile)
        && positions.equals(other.positions);
  }

  /** The same with other positions. */
  public OpenedTask with(List<PositionOpening> others) {
    return new OpenedTask(profile, traceRoot, size, outputHash, finishReason, evidence, others);
  }

  /** The opening of a position, if there is one. */
  public Optional<PositionOpening> at(int position) {
    for (PositionOpening opening : positions) {
      if (opening.position() == position) {
        return Optional.of(opening);
      }
    }
    return Optional.empty();
  }
}
