package io.verillm.gpu.engine;

import io.verillm.protocol.trace.TraceShape;

/** One loaded model, shared by any number of threads; each sequence has its own {@link Session}. */
public interface Engine extends AutoCloseable {
  /** Model id, numeric profile, boundaries and dimension of the rows that sessions give. */
  TraceShape shape();

  /** Number of logits of a position. */
  int vocabulary();

  /** Most positions of a session. */
  int positionLimit();

  /**
   * Starts a sequence and feeds the context in chunks.
   *
   * @param context token ids, at least one and at most {@link #positionLimit()}
   * @param logitsFrom first position whose logits are wanted, so that a prompt's need not be copied
   * @param sink is told every position of the context, in order
   * @throws IllegalArgumentException for a context that is empty, too long or outside the
   *     vocabulary
   * @throws EngineFailure if the runtime fails; nothing stays open then
   */
  Session open(int[] context, int logitsFrom, PositionSink sink);

  /**
   * Frees the model when the runs inside the runtime are over. What sessions ask for after that is
   * an {@link EngineFailure}.
   */
  @Override
  void close();
}
