package io.verillm.gpu.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One sequence that shares runs with others: hands its work to the queue and waits for it. */
final class BatchSession extends FedSession {
  private final BatchQueue queue;

  /** Its cache while it is in no batch; the runner's. */
  @Nullable SequenceCache parked;

  /** Entries of its cache, wherever that is; the runner's. */
  int cached;

  BatchSession(LoadedGraph loaded, BatchQueue queue) {
    super(loaded);
    this.queue = queue;
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

  @Override
  Rows run(int position, int[] tokens, int logitsFrom) {
    Work work = new Work(this, position, tokens, logitsFrom, new CompletableFuture<>());
    // No chunk behind another has one token (ChunkPlan), so this is a step.
    if (position > 0 && tokens.length == 1) {
      queue.step(work);
    } else {
      queue.prefill(work);
    }
    return await(work.done);
  }

  private static Rows await(CompletableFuture<Rows> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineFailure failure) {
        throw failure.again();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    queue.leave(this);
  }
}
