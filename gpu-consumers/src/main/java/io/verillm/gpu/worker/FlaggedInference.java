package io.verillm.gpu.worker;

import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.trace.TraceShape;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs a cheat where the worker's own BAD flag is due, and all else as the worker does. A flag is
 * not handed over, so a task that goes on with its answer asks for a check, which must be honest
 * whoever wrote it.
 *
 * @param own how the worker computes its tasks
 * @param cheats how the task with this sampling seed is computed if it is that of a BAD flag
 */
record FlaggedInference(Inference own, Function<Hash, Optional<Inference>> cheats)
    implements Inference {
  @Override
  public TraceShape shape() {
    return own.shape();
  }

  @Override
  public int eosId() {
    return own.eosId();
  }

  @Override
  public Session open(TaskTerms terms, PositionSink sink) {
    Optional<Inference> cheat =
        terms.endsInAnswer() ? Optional.empty() : cheats.apply(terms.seed());
    return cheat.orElse(own).open(terms, sink);
  }
}
