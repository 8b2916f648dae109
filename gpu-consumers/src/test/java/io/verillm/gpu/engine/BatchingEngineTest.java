package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.gpu.TinyModel;
import io.verillm.models.weights.Variant;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BatchingEngineTest extends EngineContract {
  @Override
  Engine load(Variant variant, EngineOptions options) {
    return TinyModel.engine(variant, options.withBatch(5));
  }

  @Test
  void shouldLetASequencePauseWhileOthersComeAndGo() {
    int[] context = tokens(3, 40);
    try (Engine engine = load(Variant.FP32, options())) {
      Computed paused = new Computed(engine);
      try (Session session = engine.open(Arrays.copyOf(context, 10), 0, paused)) {
        for (int position = 10; position < context.length; position++) {
          assertEquivalent(
              decode(engine, tokens(position, 15), 12), prefill(engine, tokens(position, 15)));
          session.step(context[position], paused);
        }
      }
      assertEquivalent(paused, prefill(engine, context));
    }
  }

  @Test
  void shouldRefuseWorkOnceItIsClosed() {
    Engine engine = load(Variant.FP32, options());
    Computed computed = new Computed(engine);
    Session session = engine.open(tokens(3, 10), 0, computed);

    engine.close();

    assertThatThrownBy(() -> session.step(1, computed))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("closed");
    session.close();
  }

  @Test
  void shouldNotFreeTheModelUnderARunThoughItsCloserIsInterrupted() throws Exception {
    EngineOptions options = options();
    Engine engine = load(Variant.FP32, options);
    Computed computed = new Computed(engine);
    int slots = options.slots().drainPermits();
    FutureTask<Session> reading = new FutureTask<>(() -> engine.open(tokens(3, 10), 0, computed));
    FutureTask<Boolean> closing =
        new FutureTask<>(() -> {
          Thread.currentThread().interrupt();
          engine.close();
          return Thread.interrupted();
        });
    Thread.startVirtualThread(reading);
    await().until(() -> options.slots().hasQueuedThreads());

    Thread closer = Thread.startVirtualThread(closing);
    await().until(() -> closer.getState() == Thread.State.WAITING);
    options.slots().release(slots);

    assertThat(closing.get()).isTrue();
    reading.get().close();
    assertThat(computed.trace.size()).isEqualTo(10);
  }
}
