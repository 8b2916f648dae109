package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
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

  /** Time inside the receiver of positions, in nanoseconds. */
  long recordingNanos() {
    return recordingNanos;
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    PositionSink timed = timed(sink);
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

  private PositionSink timed(PositionSink sink) {
    return (position, token, rows, logits) -> {
      float[] endless = logits.clone();
      if (endless.length > 0) {
        endless[eosId] = NEVER;
      }
      long start = System.nanoTime();
      sink.accept(position, token, rows, endless);
      recordingNanos += System.nanoTime() - start;
    };
  }
}
