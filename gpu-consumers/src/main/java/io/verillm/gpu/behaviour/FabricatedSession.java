package io.verillm.gpu.behaviour;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.trace.TraceShape;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Rows that look like rows and logits that agree with whatever token stands next. */
final class FabricatedSession implements Session {
  /** So far above the rest that no temperature chooses otherwise. */
  private static final float CERTAIN = 200;

  private final TraceShape shape;
  private final int vocabulary;
  private final int filler;
  private final RandomGenerator random;
  private int size;

  FabricatedSession(TraceShape shape, int vocabulary, int filler) {
    this.shape = shape;
    this.vocabulary = vocabulary;
    this.filler = filler;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(shape.modelId().hashCode());
  }

  void fabricate(int[] context, int logitsFrom, PositionSink sink) {
    for (int i = 0; i < context.length; i++) {
      boolean asked = i >= logitsFrom;
      int next = i + 1 < context.length ? context[i + 1] : filler;
      tell(context[i], asked ? agreeing(next) : PositionSink.NO_LOGITS, sink);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void step(int token, PositionSink sink) {
    tell(token, agreeing(filler), sink);
  }

  private void tell(int token, float[] logits, PositionSink sink) {
    float[][] rows = new float[shape.boundaries()][shape.dimension()];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    sink.accept(size++, token, shape.encode(rows), logits);
  }

  private float[] agreeing(int next) {
    float[] logits = new float[vocabulary];
    logits[next] = CERTAIN;
    return logits;
  }

  @Override
  public long modelNanos() {
    return 0;
  }

  @Override
  public void close() {
    // Nothing was opened: that is the point.
  }
}
