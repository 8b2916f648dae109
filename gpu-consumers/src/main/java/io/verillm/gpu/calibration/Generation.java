package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * One computation over a prompt and what follows it.
 *
 * @param trace tokens and rows
 * @param logits entry i chose, or judges, position promptLength + i
 * @param ended whether the model chose its end token
 * @param modelNanos time in the model
 */
record Generation(Trace trace, List<float[]> logits, boolean ended, long modelNanos) {
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
      return recorder.generation(ended, session.modelNanos());
    }
  }

  /** Computes the same tokens in one prefill, as a checker does. */
  static Generation prefill(Engine engine, int[] tokens, int promptLength, boolean ended) {
    Recorder recorder = new Recorder(engine);
    try (Session session = engine.open(tokens, promptLength - 1, recorder)) {
      return recorder.generation(ended, session.modelNanos());
    }
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
        this.logits.add(logits.clone());
      }
    }

    Generation generation(boolean ended, long nanos) {
      return new Generation(trace, logits, ended, nanos);
    }
  }
}
