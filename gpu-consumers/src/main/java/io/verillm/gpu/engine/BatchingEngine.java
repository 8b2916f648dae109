package io.verillm.gpu.engine;

import io.verillm.protocol.trace.TraceShape;

/**
 * An {@link Engine} that runs the steps of several sequences at once, with a chunk of a context
 * riding along (selective batching: Yu et al. 2022, Orca). Sessions behave as those of an engine
 * that runs each by itself.
 */
final class BatchingEngine implements Engine {
  private final LoadedGraph loaded;
  private final BatchRunner runner;

  private BatchingEngine(LoadedGraph loaded, BatchRunner runner) {
    this.loaded = loaded;
    this.runner = runner;
  }

  static BatchingEngine start(LoadedGraph loaded) {
    BatchRunner runner = new BatchRunner(loaded);
    runner.start();
    return new BatchingEngine(loaded, runner);
  }

  LoadedGraph loaded() {
    return loaded;
  }

  @Override
  public TraceShape shape() {
    return loaded.shape();
  }

  @Override
  public int vocabulary() {
    return loaded.graph().vocabulary();
  }

  @Override
  public int positionLimit() {
    return loaded.graph().positionLimit();
  }

  @Override
  public Session open(int[] context, int logitsFrom, PositionSink sink) {
    loaded.graph().requireContext(context);
    BatchSession session = new BatchSession(loaded, runner);
    try {
      session.prefill(context, logitsFrom, sink);
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  @Override
  public void close() {
    runner.stop();
    loaded.close();
  }
}
