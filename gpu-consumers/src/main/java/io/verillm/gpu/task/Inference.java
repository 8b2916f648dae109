package io.verillm.gpu.task;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.trace.TraceShape;

/** How a worker computes the tasks of one model. */
public interface Inference {
  /** What the worker claims to run: leaves and seals bear its model id and profile. */
  TraceShape shape();

  /** The model's end token. */
  int eosId();

  /**
   * Does now what the first {@link #open} would otherwise wait for.
   *
   * @throws io.verillm.gpu.engine.EngineFailure if there is no room for it
   */
  default void prepare() {}

  /**
   * Feeds the task's context; the sink is told every position, with logits from promptLength - 1
   * on.
   *
   * @throws IllegalArgumentException if the context does not fit the model
   * @throws io.verillm.gpu.engine.EngineFailure if the runtime fails
   */
  Session open(TaskTerms terms, PositionSink sink);
}
