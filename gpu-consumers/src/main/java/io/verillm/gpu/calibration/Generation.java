package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.trace.Trace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One computation over a prompt and what follows it.
 *
 * @param trace tokens and rows
 * @param logits entry i chose, or judges, position promptLength + i
 * @param ended whether the model chose its end token
 */
record Generation(Trace trace, List<float[]> logits, boolean ended) {
  /** Generates by decoding, as an author does. */
  static Generation decode(
      Engine engine, int[] prompt, int tokens, int eosId, SamplingParameters sampling, Hash seed) {
    Recorder recorder = new Recorder(engine);
    try (Session session = engine.open(prompt, prompt.length - 1, recorder)) {
      boolean ended = false;
      while (!ended && session.size() < prompt.length + tokens) {
        int next = SeededSampler.sample(recorder.logits.getLast(), sampling, seed, session.size());
        ended = next == eosId;
        if (!ended) {
          session.step(next, recorder);
        }
      }
      return recorder.generation(ended);
    }
  }

  /** Computes the same tokens in one prefill, as a checker does. */
  static Generation prefill(Engine engine, int[] tokens, int promptLength, boolean ended) {
    Recorder recorder = new Recorder(engine);
    try (Session session = engine.open(tokens, promptLength - 1, recorder)) {
      return recorder.generation(ended);
    }
  }

  /**
   * The same computation, said to be over other tokens.
   *
   * @param tokens as many as there are, or fewer from the start
   * @param ended whether the end token is said to follow
   */
  Generation claiming(int[] tokens, int promptLength, boolean ended) {
    Trace claimed = new Trace(trace.shape());
    ByteBuffer rows = ByteBuffer.allocate(trace.shape().positionBytes());
    for (int position = 0; position < tokens.length; position++) {
      rows.clear();
      for (int boundary = 0; boundary < trace.shape().boundaries(); boundary++) {
        rows.put(trace.row(position, boundary).bytes());
      }
      claimed.append(tokens[position], rows.array());
    }
    return new Generation(claimed, logits.subList(0, tokens.length - promptLength + 1), ended);
  }

  /** How this computation judges its own tokens. */
  EvidenceVector evidence(
      int promptLength, int eosId, SamplingParameters sampling, Hash seed, CandidateBand band) {
    List<TokenEvidence> entries = new ArrayList<>();
    for (int position = promptLength; position < trace.size(); position++) {
      float[] judging = logits.get(position - promptLength);
      int token = trace.tokenId(position);
      entries.add(TokenEvidence.of(judging, sampling, seed, position, token, band));
    }
    TokenEvidence end =
        TokenEvidence.of(logits.getLast(), sampling, seed, trace.size(), eosId, band);
    return EvidenceVector.of(entries, end);
  }

  int[] tokens() {
    int[] tokens = new int[trace.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = trace.tokenId(i);
    }
    return tokens;
  }

  private static final class Recorder implements PositionSink {
    private final Trace trace;
    private final List<float[]> logits = new ArrayList<>();

    Recorder(Engine engine) {
      this.trace = new Trace(engine.shape());
    }

    @Override
    public void accept(int position, int token, byte[] rows, float[] logits) {
      trace.append(token, rows);
      if (logits.length > 0) {
        this.logits.add(logits);
      }
    }

    Generation generation(boolean ended) {
      return new Generation(trace, logits, ended);
    }
  }
}
