package io.verillm.gpu.engine;

import java.util.Arrays;

/** What sessions have in common: they feed a graph, a context in chunks and then token by token. */
abstract class FedSession implements Session {
  private final LoadedGraph loaded;
  private int size;
  private long modelNanos;

  FedSession(LoadedGraph loaded) {
    this.loaded = loaded;
  }

  /**
   * Where some consecutive rows stand in a run's outputs.
   *
   * @param row of the first
   * @param logitRow where the first row's logits stand that were asked for
   * @param nanos this sequence's share of the run's time
   */
  record Rows(RunOutputs outputs, int row, int logitRow, long nanos) {}

  /**
   * Runs the graph over tokens.
   *
   * @param position of the first
   * @param logitsFrom first position whose logits are wanted
   * @throws EngineFailure if the runtime fails
   */
  abstract Rows run(int position, int[] tokens, int logitsFrom);

  final void prefill(int[] context, int logitsFrom, PositionSink sink) {
    while (size < context.length) {
      int length = ChunkPlan.next(context.length - size, loaded.options().chunk());
      feed(Arrays.copyOfRange(context, size, size + length), logitsFrom, sink);
    }
  }

  @Override
  public final void step(int token, PositionSink sink) {
    loaded.graph().requireStep(size, token);
    feed(new int[] {token}, size, sink);
  }

  private void feed(int[] tokens, int logitsFrom, PositionSink sink) {
    EngineFailure.ifInterrupted(size);
    int position = size;
    Rows rows = run(position, tokens, logitsFrom);
    modelNanos += rows.nanos;
    size += tokens.length;
    rows.outputs.tell(rows.row, position, tokens, rows.logitRow, logitsFrom, sink);
  }

  @Override
  public final int size() {
    return size;
  }

  @Override
  public final long modelNanos() {
    return modelNanos;
  }
}
