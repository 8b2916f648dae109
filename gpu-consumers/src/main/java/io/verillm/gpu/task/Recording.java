package io.verillm.gpu.task;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.SampledPosition;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns what an engine tells about a task into its trace and its evidence. */
final class Recording implements PositionSink {
  private static final TokenEvidence NOT_ASKED = new TokenEvidence(RankClass.NOT_ALLOWED, 0);

  private final TaskTerms terms;
  private final int eosId;
  private final CandidateBand band;
  private final Trace trace;
  private final List<TokenEvidence> tokens = new ArrayList<>();

  /**
   * Entry i is the end token's evidence with promptLength + i positions; any size may become the
   * last.
   */
  private final List<TokenEvidence> ends = new ArrayList<>();

  /** What follows the last position that was judged. */
  private @Nullable SampledPosition next;

  Recording(TaskTerms terms, TraceShape shape, int eosId, CandidateBand band) {
    this.terms = terms;
    this.eosId = eosId;
    this.band = band;
    this.trace = new Trace(shape);
  }

  @Override
  public void accept(int position, int token, byte[] rows, float[] logits) {
    if (position >= terms.promptLength()) {
      tokens.add(evidence(token));
    }
    trace.append(token, rows);
    if (logits.length > 0) {
      next = SampledPosition.of(logits, terms.sampling(), terms.seed(), position + 1);
      // Only a context's end and what follows it can be an end.
      boolean mayEnd = position >= terms.context().length - 1;
      ends.add(mayEnd ? evidence(eosId) : NOT_ASKED);
    }
  }

  private TokenEvidence evidence(int token) {
    return Objects.requireNonNull(next, "no position was judged").evidence(token, band);
  }

  /** The token that follows. */
  int sample() {
    return Objects.requireNonNull(next, "no position was judged").choice();
  }

  Trace trace() {
    return trace;
  }

  /** Evidence of a trace that ends after {@code size} positions. */
  EvidenceVector evidenceAt(int size) {
    int judged = size - terms.promptLength();
    return EvidenceVector.of(tokens.subList(0, judged), ends.get(judged));
  }
}
