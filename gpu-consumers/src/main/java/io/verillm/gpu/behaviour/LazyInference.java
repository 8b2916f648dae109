package io.verillm.gpu.behaviour;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.trace.TraceShape;

/** Computes authors' tasks and makes up the others. */
record LazyInference(Inference honest, int vocabulary) implements Inference {
  @Override
  public TraceShape shape() {
    return honest.shape();
  }

  @Override
  public int eosId() {
    return honest.eosId();
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    if (!terms.endsInAnswer()) {
      return honest.open(terms, sink);
    }
    FabricatedSession session = new FabricatedSession(shape(), vocabulary, eosId());
    session.fabricate(terms.context(), terms.promptLength() - 1, sink);
    return session;
  }
}
