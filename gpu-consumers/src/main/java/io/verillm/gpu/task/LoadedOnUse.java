package io.verillm.gpu.task;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.trace.TraceShape;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine that takes memory only from its first use on, for what may never be asked for.
 * Sessions that are open when it is closed fail.
 */
public final class LoadedOnUse implements Inference, AutoCloseable {
  private final TraceShape shape;
  private final int eosId;
  private final Supplier<Engine> loading;
  private @Nullable Engine engine;

  /**
   * Nothing is loaded yet.
   *
   * @param shape the engine's
   * @param eosId the model's end token
   * @param loading loads the engine, or throws {@link io.verillm.gpu.engine.EngineFailure}
   */
  public LoadedOnUse(TraceShape shape, int eosId, Supplier<Engine> loading) {
    this.shape = shape;
    this.eosId = eosId;
    this.loading = loading;
  }

  @Override
  public TraceShape shape() {
    return shape;
  }

  @Override
  public int eosId() {
    return eosId;
  }

  @Override
  public void prepare() {
    engine();
  }

  private synchronized Engine engine() {
    if (engine == null) {
      engine = loading.get();
    }
    return engine;
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    return new EngineInference(engine(), eosId).open(terms, sink);
  }

  @Override
  public synchronized void close() {
    if (engine != null) {
      engine.close();
    }
  }
}
