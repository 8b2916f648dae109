package io.verillm.gpu.engine;

/** One sequence with its key-value cache. Used by one thread at a time. */
public interface Session extends AutoCloseable {
  /** Positions fed so far. */
  int size();

  /**
   * Feeds one token at position {@link #size()}.
   *
   * @param sink is told that position, with its logits
   * @throws IllegalArgumentException for a token outside the vocabulary or behind the position
   *     limit
   * @throws EngineFailure if the runtime fails
   */
  void step(int token, PositionSink sink);

  /** Time spent inside the runtime for this session, in nanoseconds; waiting for a slot is not. */
  long modelNanos();

  /** Frees the cache's native memory. May be called twice. */
  @Override
  void close();
}
