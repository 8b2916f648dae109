package io.verillm.gpu.engine;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One sequence of a {@link BatchingEngine}: hands its work to the runner and waits for it. */
final class BatchSession implements Session {
  private final LoadedGraph loaded;
  private final BatchRunner runner;

  /** Its cache while it is in no batch; the runner's. */
  @Nullable SequenceCache parked;

  /** Entries of its cache, wherever that is; the runner's. */
  int cached;

  private int size;
  private long modelNanos;

  BatchSession(LoadedGraph loaded, BatchRunner runner) {
    this.loaded = loaded;
    this.runner = runner;
  }

  /**
   * Tokens to feed.
   *
   * @param position of the first
   * @param logitsFrom first position whose logits are wanted
   * @param done completes with where the rows stand
   */
  record Work(
      BatchSession session,
      int position,
      int[] tokens,
      int logitsFrom,
      CompletableFuture<Rows> done) {
    int asked() {
      return tokens.length - Math.clamp(logitsFrom - position, 0, tokens.length);
    }
  }

  /**
   * Rows of one session in a run.
   *
   * @param nanos its share of the run's time
   */
  record Rows(RunOutputs outputs, int row, int logitRow, long nanos) {}

  void prefill(int[] context, int logitsFrom, PositionSink sink) {
    while (size < context.length) {
      int length = ChunkPlan.next(context.length - size, loaded.options().chunk());
      int[] chunk = Arrays.copyOfRange(context, size, size + length);
      Work work = work(chunk, logitsFrom);
      runner.prefill(work);
      tell(work, sink);
    }
  }

  @Override
  public void step(int token, PositionSink sink) {
    loaded.graph().requireStep(size, token);
    Work work = work(new int[] {token}, size);
    runner.step(work);
    tell(work, sink);
  }

  private Work work(int[] tokens, int logitsFrom) {
    EngineFailure.ifInterrupted(size);
    return new Work(this, size, tokens, logitsFrom, new CompletableFuture<>());
  }

  private void tell(Work work, PositionSink sink) {
    Rows rows = await(work.done);
    modelNanos += rows.nanos;
    size += work.tokens.length;
    rows.outputs.tell(rows.row, work.position, work.tokens, rows.logitRow, work.logitsFrom, sink);
  }

  private static Rows await(CompletableFuture<Rows> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineFailure failure) {
        throw new EngineFailure(String.valueOf(failure.getMessage()), failure);
      }
      throw e;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long modelNanos() {
    return modelNanos;
  }

  @Override
  public void close() {
    runner.leave(this);
  }
}
