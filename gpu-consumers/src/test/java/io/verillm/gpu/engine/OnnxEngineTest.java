package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.TinyModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxEngineTest {
  /** Distances of honest fp32 rows are some dozens (protocol, 6.1); a bf16 cast is 100,000 off. */
  private static final long FP32_ENVELOPE = 4_000;

  private static OnnxEngine engine;

  @BeforeAll
  static void load() {
    engine = TinyModel.engine(Variant.FP32, EngineOptions.cpu());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void shouldGiveEquivalentRowsWhenDecodingAndWhenPrefilling() {
    int[] context = tokens(100);

    Computed prefilled = prefill(engine, context);
    Computed decoded = new Computed(engine);
    try (Session session = engine.open(Arrays.copyOf(context, 3), 0, decoded)) {
      for (int token : Arrays.copyOfRange(context, 3, context.length)) {
        session.step(token, decoded);
      }
    }

    assertThat(decoded.trace.size()).isEqualTo(context.length);
    for (int position = 0; position < context.length; position++) {
      for (int boundary = 0; boundary < engine.shape().boundaries(); boundary++) {
        assertThat(
                CalibratedRows.statistic(
                        prefilled.trace.row(position, boundary),
                        decoded.trace.row(position, boundary))
                    .orElseThrow())
            .isLessThan(FP32_ENVELOPE);
      }
      assertThat(decoded.logits.get(position)).hasSize(engine.vocabulary());
    }
  }

  @Test
  void shouldGiveOtherRowsForOtherWeights() {
    int[] context = tokens(40);

    try (OnnxEngine cast = TinyModel.engine(Variant.BF16_CAST, EngineOptions.cpu())) {
      long distance =
          CalibratedRows.statistic(
                  prefill(engine, context).trace.row(39, engine.shape().finalNorm()),
                  prefill(cast, context).trace.row(39, engine.shape().finalNorm()))
              .orElseThrow();

      assertThat(distance).isGreaterThan(10 * FP32_ENVELOPE);
    }
  }

  @Test
  void shouldGiveTheSameBitsWhateverTheChunks() {
    int[] context = tokens(130);
    Computed whole = prefill(engine, context);

    for (int chunk : new int[] {4, 7, 43, 129}) {
      try (OnnxEngine chunked =
          TinyModel.engine(Variant.FP32, EngineOptions.cpu().withChunk(chunk))) {
        assertThat(prefill(chunked, context).trace.root()).isEqualTo(whole.trace.root());
      }
    }
  }

  @Test
  void shouldGiveLogitsFromTheAskedPositionOn() {
    Computed computed = new Computed(engine);

    engine.open(tokens(20), 15, computed).close();

    assertThat(computed.logits.stream().map(logits -> logits.length).distinct())
        .containsExactly(0, engine.vocabulary());
    assertThat(computed.logits.stream().takeWhile(logits -> logits.length == 0).count())
        .isEqualTo(15);
  }

  @Test
  void shouldServeSeveralSessionsAtOnce() throws Exception {
    int[] context = tokens(60);
    Computed alone = prefill(engine, context);

    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Computed>> runs = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        runs.add(threads.submit(() -> prefill(engine, context)));
      }
      for (Future<Computed> run : runs) {
        assertThat(run.get().trace.root()).isEqualTo(alone.trace.root());
      }
    }
  }

  @Test
  void shouldCountTheTimeInTheModel() {
    long start = System.nanoTime();
    try (Session session = engine.open(tokens(50), 0, new Computed(engine))) {
      assertThat(session.modelNanos()).isBetween(1L, System.nanoTime() - start);
    }
  }

  @Test
  void shouldRefuseWhatTheModelCannotHold() {
    assertThatThrownBy(() -> prefill(engine, new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1..256");
    assertThatThrownBy(() -> prefill(engine, new int[257]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("257");
    assertThatThrownBy(() -> prefill(engine, new int[] {3, 257}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("257");
  }

  @Test
  void shouldSayClearlyThatADeviceIsNotThere() {
    EngineOptions options = EngineOptions.cpu().withDevice(EngineDevice.TENSORRT);

    assertThatThrownBy(() -> TinyModel.engine(Variant.FP32, options).close())
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("tensorrt");
  }

  private static Computed prefill(Engine engine, int[] context) {
    Computed computed = new Computed(engine);
    engine.open(context, 0, computed).close();
    return computed;
  }

  private static int[] tokens(int count) {
    return new Random(3).ints(count, 0, TinyModel.CONFIG.vocabulary()).toArray();
  }

  private static final class Computed implements PositionSink {
    private final Trace trace;
    private final List<float[]> logits = new ArrayList<>();

    Computed(Engine engine) {
      this.trace = new Trace(engine.shape());
    }

    @Override
    public void accept(int position, int token, byte[] rows, float[] logits) {
      assertThat(position).isEqualTo(trace.size());
      trace.append(token, rows);
      this.logits.add(logits.clone());
    }
  }
}
