package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.TestTasks;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.InvalidTask;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.trace.TraceShape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlaggedInferenceTest {
  private static final int PROMPT = 3;

  /** Says which one was asked to compute. */
  private record Named(String name) implements Inference {
    @Override
    public TraceShape shape() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int eosId() {
      return TinyModel.CONFIG.eosId();
    }

    @Override
    public Session open(TaskTerms terms, PositionSink sink) {
      throw new IllegalStateException(name);
    }
  }

  private static void assertComputes(String name, int... context) throws InvalidTask {
    Inference flagged =
        new FlaggedInference(new Named("honest"), seed -> Optional.of(new Named("cheat")));
    TaskTerms terms = TaskTerms.of(TestTasks.task(TestTasks.taskId("flag"), context, PROMPT));

    assertThatThrownBy(() -> flagged.open(terms, (position, token, rows, logits) -> {}))
        .hasMessage(name);
  }

  @Test
  void shouldCheatWhereItsOwnBadFlagIsToBeWritten() throws InvalidTask {
    assertComputes("cheat", 5, 6, 7);
  }

  /** A coordinator that gives the flag to others can seat its sentinel among the checkers. */
  @Test
  void shouldCheckItsOwnFlagHonestlyWhereAnotherHasWrittenIt() throws InvalidTask {
    assertComputes("honest", 5, 6, 7, 8);
  }
}
