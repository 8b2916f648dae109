package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.NDManager;
import io.verillm.gpu.TinyModel;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.weights.Variant;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BatchingEngineTest extends EngineContract {
  @Override
  Engine load(Variant variant, EngineOptions options) {
    return TinyModel.engine(variant, options.withBatch(5));
  }

  @Override
  OnnxEngine load(UnaryOperator<DecoderGraph> change) {
    DecoderGraph graph = change.apply(TinyModel.graph(GraphForm.MIXED));
    return OnnxEngine.batching(LoadedGraph.load(TinyModel.MODEL_ID, graph, options().withBatch(5)));
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
  void shouldSayWhyItIsOfNoUseAnyMoreWhenItBroke() {
    try (Engine engine = load(Variant.FP32, options())) {
      Computed computed = new Computed(engine);
      Session session = engine.open(tokens(3, 10), 0, computed);
      Session other = engine.open(tokens(4, 10), 0, new Computed(engine));
      ((BatchSession) other).parked = unfreeable();

      other.close();

      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> session.step(1, computed))
                  .isInstanceOf(EngineEnded.class)
                  .hasMessageContaining("cannot be freed"));
      assertThatThrownBy(() -> engine.open(tokens(3, 10), 0, new Computed(engine)))
          .isInstanceOf(EngineEnded.class);
    }
  }

  private static SequenceCache unfreeable() {
    NDManager memory =
        (NDManager)
            Proxy.newProxyInstance(
                NDManager.class.getClassLoader(),
                new Class<?>[] {NDManager.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("cannot be freed");
                });
    return new SequenceCache(memory, List.of(), 1, 0);
  }
}
