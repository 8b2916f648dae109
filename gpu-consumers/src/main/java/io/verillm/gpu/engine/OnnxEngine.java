package io.verillm.gpu.engine;

import io.verillm.protocol.trace.TraceShape;
import java.util.function.Supplier;

/** An {@link Engine} on DJL's ONNX Runtime engine. */
final class OnnxEngine implements Engine {
  private final LoadedGraph loaded;
  private final Supplier<FedSession> sessions;
  private final Runnable end;

  private OnnxEngine(LoadedGraph loaded, Supplier<FedSession> sessions, Runnable end) {
    this.loaded = loaded;
    this.sessions = sessions;
    this.end = end;
  }

  /** Runs each sequence by itself. */
  static OnnxEngine single(LoadedGraph loaded) {
    return new OnnxEngine(loaded, () -> new OnnxSession(loaded), () -> {});
  }

  /**
   * Runs the steps of several sequences at once, with a chunk of a context riding along (selective
   * batching: Yu et al. 2022, Orca). Sessions behave as those of an engine that runs each by
   * itself.
   */
  static OnnxEngine batching(LoadedGraph loaded) {
    BatchQueue queue = new BatchQueue(loaded.options().batch());
    BatchRunner runner = new BatchRunner(loaded, queue);
    runner.start();
    return new OnnxEngine(loaded, () -> new BatchSession(loaded, queue), runner::stop);
  }

  /** Arrays in native memory that some session still holds. */
  int heldArrays() {
    return loaded.heldArrays();
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
    FedSession session = sessions.get();
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
    end.run();
    loaded.close();
  }
}
