package io.verillm.gpu.task;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.trace.TraceShape;

/**
 * Runs an engine on the task's context, whatever the task is for.
 *
 * @param engine the loaded model
 * @param eosId its end token
 */
public record EngineInference(Engine engine, int eosId) implements Inference {
  @Override
  public TraceShape shape() {
    return engine.shape();
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    return engine.open(terms.context(), terms.promptLength() - 1, sink);
  }
}
