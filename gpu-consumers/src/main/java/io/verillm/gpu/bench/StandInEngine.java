package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.trace.TraceShape;
import java.util.Random;

/**
 * Gives any rows and logits in another engine's shape at once, so that only what is around runs.
 */
final class StandInEngine implements Engine {
  private final Engine engine;
  private final byte[] rows;
  private final float[] logits;

  StandInEngine(Engine engine) {
    Random random = new Random(1);
    this.engine = engine;
    this.rows = new byte[engine.shape().positionBytes()];
    this.logits = new float[engine.vocabulary()];
    random.nextBytes(rows);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
  }

  @Override
  public TraceShape shape() {
    return engine.shape();
  }

  @Override
  public int vocabulary() {
    return engine.vocabulary();
  }

  @Override
  public int positionLimit() {
    return engine.positionLimit();
  }

  @Override
  public Session open(int[] context, int logitsFrom, PositionSink sink) {
    StandInSession session = new StandInSession();
    for (int token : context) {
      session.feed(token, session.size >= logitsFrom, sink);
    }
    return session;
  }

  private final class StandInSession implements Session {
    private int size;

    private void feed(int token, boolean isAsked, PositionSink sink) {
      sink.accept(size++, token, rows, isAsked ? logits.clone() : PositionSink.NO_LOGITS);
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void step(int token, PositionSink sink) {
      feed(token, true, sink);
    }

    @Override
    public long modelNanos() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() {}
}
