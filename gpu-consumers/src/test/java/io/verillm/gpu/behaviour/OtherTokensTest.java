package io.verillm.gpu.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.TestTasks;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.sampling.SeededSampler;
import io.verillm.protocol.trace.TraceShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherTokensTest {
  private static final int END = 2;
  private static final int WORD = 1;
  private static final int MOST = 12;

  /** A model that always wants one token. */
  private record Wants(int token) implements Inference {
    @Override
    public TraceShape shape() {
      throw new AssertionError("nobody asks for it");
    }

    @Override
    public int eosId() {
      return END;
    }

    @Override
    public Session open(TaskTerms terms, PositionSink sink) {
      int[] size = {0};
      Session session =
          new Session() {
            @Override
            public int size() {
              return size[0];
            }

            @Override
            public void step(int fed, PositionSink told) {
              float[] logits = new float[4];
              logits[token] = 100;
              told.accept(size[0]++, fed, new byte[0], logits);
            }

            @Override
            public long modelNanos() {
              return 0;
            }

            @Override
            public void close() {}
          };
      for (int id : terms.context()) {
        session.step(id, sink);
      }
      return session;
    }
  }

  /** What an author writes by it, the end token last if it ends. */
  private static List<Integer> written(Inference inference) throws Exception {
    TaskTerms terms = TaskTerms.of(TestTasks.task(TestTasks.taskId("t"), new int[] {3, 3, 3}, 3));
    List<float[]> told = new ArrayList<>();
    List<Integer> written = new ArrayList<>();
    PositionSink sink = (position, token, rows, logits) -> told.add(logits);
    try (Session session = inference.open(terms, sink)) {
      while (written.size() < MOST && (written.isEmpty() || written.getLast() != END)) {
        if (!written.isEmpty()) {
          session.step(written.getLast(), sink);
        }
        written.add(
            SeededSampler.sample(told.getLast(), terms.sampling(), terms.seed(), told.size()));
      }
    }
    return written;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void shouldEndWhereTheModelWouldGoOn(int tokens) throws Exception {
    List<Integer> written = written(OtherTokens.endingAfter(new Wants(WORD), tokens));

    assertThat(written).hasSize(tokens + 1).endsWith(END);
    assertThat(written.subList(0, tokens)).allMatch(token -> token == WORD);
  }

  /** To end where the model ends would be honest. */
  @Test
  void shouldGoOnWhereTheModelWouldEnd() throws Exception {
    assertThat(written(new Wants(END))).containsExactly(END);
    assertThat(written(OtherTokens.endingAfter(new Wants(END), 3)))
        .hasSize(MOST)
        .doesNotContain(END);
  }

  @Test
  void shouldLeaveTokensAloneThatAreTheSameAtTwiceTheTemperature() throws Exception {
    assertThat(written(OtherTokens.hotter(new Wants(WORD), 3))).hasSize(MOST).containsOnly(WORD);
  }

  @Test
  void shouldWriteAsMuchAsShowsTheTemperature() throws Exception {
    List<Integer> written = written(OtherTokens.hotter(new Wants(END), 3));

    assertThat(written).hasSize(4).endsWith(END);
    assertThat(written.subList(0, 3)).doesNotContain(END);
  }
}
