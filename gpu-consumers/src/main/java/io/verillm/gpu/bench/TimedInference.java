package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.trace.TraceShape;

/**
 * Honest work that never chooses the end token, so that texts get the length that is measured, and
 * that knows how long was spent on what the protocol does with each position.
 */
final class TimedInference implements Inference {
  private static final float NEVER = -1e30f;

  private final Engine engine;
  private final int eosId;
  private long recordingNanos;
  private long searchNanos;

  TimedInference(Engine engine, int eosId) {
    this.engine = engine;
    this.eosId = eosId;
  }

  @Override
  public TraceShape shape() {
    return engine.shape();
  }

  @Override
  public int eosId() {
    return eosId;
  }

  /**
   * Time inside the receiver of positions, in nanoseconds, without that of searching the logits,
   * which any sampler does. What only this sampler does, a hash for each candidate, is in it.
   */
  long recordingNanos() {
    return recordingNanos - searchNanos;
  }

  /** Time of searching the vocabulary, in nanoseconds, measured by doing it once more. */
  long searchNanos() {
    return searchNanos;
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    PositionSink timed = timed(terms, sink);
    Session session = engine.open(terms.context(), terms.promptLength() - 1, timed);
    return new Session() {
      @Override
      public int size() {
        return session.size();
      }

      @Override
      public void step(int token, PositionSink same) {
        session.step(token, timed);
      }

      @Override
      public long modelNanos() {
        return session.modelNanos();
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  private PositionSink timed(TaskTerms terms, PositionSink sink) {
    SamplingParameters search =
        new SamplingParameters(0, terms.sampling().topK(), terms.sampling().topP());
    return (position, token, rows, logits) -> {
      if (logits.length > 0) {
        logits[eosId] = NEVER;
      }
      long start = System.nanoTime();
      sink.accept(position, token, rows, logits);
      long recorded = System.nanoTime();
      recordingNanos += recorded - start;
      if (logits.length > 0) {
        SeededSampler.sample(logits, search, terms.seed(), position + 1);
        searchNanos += System.nanoTime() - recorded;
      }
    };
  }
}
