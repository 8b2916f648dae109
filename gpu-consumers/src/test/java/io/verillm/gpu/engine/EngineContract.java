package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.verillm.gpu.TinyModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.check.CalibratedRows;
import io.verillm.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every engine promises, on the device that the system property {@code verillm.device} names;
 * without it on the CPU.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineContract {
  /**
   * Distances of honest fp32 rows are some dozens (protocol, 6.1), and the limit that voting calls
   * the same is at least this; a bf16 cast is 100,000 off.
   */
  private static final long FP32_ENVELOPE = 512;

  /** Relative L2: between two sequences it is of the order of 1. */
  private static final double LOGITS_ENVELOPE = 1e-4;

  private static final int CACHE_ARRAYS = 2 * TinyModel.CONFIG.layers();

  private Engine engine;

  /** An engine with {@link TinyModel}. */
  abstract Engine load(Variant variant, EngineOptions options);

  /** One with {@link TinyModel} whose graph is taken for another. */
  abstract OnnxEngine load(UnaryOperator<DecoderGraph> change);

  static EngineOptions options() {
    String device = System.getProperty("verillm.device", "cpu");
    return EngineOptions.on(EngineDevice.valueOf(device.toUpperCase(Locale.ROOT)));
  }

  @BeforeAll
  void open() {
    engine = load(Variant.FP32, options());
  }

  @AfterAll
  void close() {
    engine.close();
  }

  @Test
  void shouldGiveEquivalentRowsWhenDecodingAndWhenPrefilling() {
    int[] context = tokens(3, 100);

    Computed prefilled = prefill(engine, context);
    Computed decoded = decode(engine, context, 3);

    assertEquivalent(decoded, prefilled);
    assertThat(decoded.logits)
        .hasSize(context.length)
        .allSatisfy(logits -> assertThat(logits).hasSize(engine.vocabulary()));
  }

  @Test
  void shouldGiveOtherRowsForOtherWeights() {
    int[] context = tokens(3, 40);

    try (Engine cast = load(Variant.BF16_CAST, options())) {
      long distance =
          CalibratedRows.statistic(
                  prefill(engine, context).trace.row(39, engine.shape().finalNorm()),
                  prefill(cast, context).trace.row(39, engine.shape().finalNorm()))
              .orElseThrow();

      assertThat(distance).isGreaterThan(80 * FP32_ENVELOPE);
    }
  }

  @Test
  void shouldGiveEquivalentRowsWhateverTheChunks() {
    int[] context = tokens(3, 130);
    Computed whole = prefill(engine, context);

    for (int chunk : new int[] {4, 43, 129}) {
      try (Engine chunked = load(Variant.FP32, options().withChunk(chunk))) {
        assertEquivalent(prefill(chunked, context), whole);
      }
    }
  }

  @Test
  void shouldGiveLogitsFromTheAskedPositionOn() {
    Computed computed = new Computed(engine);

    engine.open(tokens(3, 20), 15, computed).close();

    assertThat(computed.logits.stream().map(logits -> logits.length).distinct())
        .containsExactly(0, engine.vocabulary());
    assertThat(computed.logits.stream().takeWhile(logits -> logits.length == 0).count())
        .isEqualTo(15);
  }

  @Test
  void shouldGiveEachSequenceItsOwnLogitsWhenAskedForAPart() throws Exception {
    List<Callable<Computed>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int[] context = tokens(i, 60 + i);
      calls.add(() -> {
        Computed part = new Computed(engine);
        try (Session session = engine.open(Arrays.copyOf(context, 50), 37, part)) {
          for (int token : Arrays.copyOfRange(context, 50, context.length)) {
            session.step(token, part);
          }
        }
        return part;
      });
    }

    List<Computed> parts = atOnce(calls);

    for (int i = 0; i < parts.size(); i++) {
      assertThat(parts.get(i).logits.get(36)).isEmpty();
      assertThat(parts.get(i).logits.get(37)).hasSize(engine.vocabulary());
      assertEquivalent(parts.get(i), prefill(engine, tokens(i, 60 + i)));
    }
  }

  @Test
  void shouldComputeEachSequenceAsIfItWereAlone() throws Exception {
    List<int[]> contexts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      contexts.add(tokens(i, 20 + 13 * i));
    }

    List<Computed> together =
        atOnce(contexts.stream().map(context -> call(() -> decode(engine, context, 10))).toList());

    for (int i = 0; i < contexts.size(); i++) {
      assertEquivalent(together.get(i), prefill(engine, contexts.get(i)));
    }
  }

  @Test
  void shouldNotDisturbOthersWhenOneFailsOrIsClosed() throws Exception {
    int[] context = tokens(3, 60);
    Computed alone = prefill(engine, context);
    List<Callable<Computed>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(() -> decode(engine, context, 5));
      calls.add(() -> {
        Computed computed = new Computed(engine);
        try (Session session = engine.open(Arrays.copyOf(context, 30), 0, computed)) {
          session.step(context[30], computed);
          assertThatThrownBy(() -> session.step(engine.vocabulary(), computed))
              .isInstanceOf(IllegalArgumentException.class);
        }
        return computed;
      });
    }

    List<Computed> all = atOnce(calls);

    for (int i = 0; i < all.size(); i += 2) {
      assertEquivalent(all.get(i), alone);
      assertThat(all.get(i + 1).trace.size()).isEqualTo(31);
    }
  }

  @Test
  void shouldStopBetweenTokensWhenItsThreadIsInterrupted() {
    Computed computed = new Computed(engine);
    try (Session session = engine.open(tokens(3, 10), 0, computed)) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> session.step(1, computed))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("interrupted before position 10");

      assertThat(Thread.interrupted()).isTrue();
      session.step(1, computed);
      assertThat(computed.trace.size()).isEqualTo(11);
    }
  }

  @Test
  void shouldStopBetweenChunksWhenItsThreadIsInterrupted() {
    try (OnnxEngine chunked = (OnnxEngine) load(Variant.FP32, options().withChunk(4))) {
      int held = chunked.heldArrays();
      List<Integer> told = new ArrayList<>();

      assertThatThrownBy(() ->
              chunked.open(
                  tokens(3, 20),
                  0,
                  (position, token, rows, logits) -> {
                    told.add(position);
                    Thread.currentThread().interrupt();
                  }))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("interrupted before position 4");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(told).containsExactly(0, 1, 2, 3);
      await().until(() -> chunked.heldArrays() == held);
    }
  }

  @Test
  void shouldFreeWhatASequenceHeld() {
    try (Engine fresh = load(Variant.FP32, options())) {
      OnnxEngine arrays = (OnnxEngine) fresh;
      int held = arrays.heldArrays();
      Computed computed = new Computed(fresh);

      try (Session session = fresh.open(tokens(3, 20), 0, computed)) {
        await().until(() -> arrays.heldArrays() == held + CACHE_ARRAYS);
        session.step(1, computed);
      }

      await().until(() -> arrays.heldArrays() == held);
    }
  }

  @Test
  void shouldCountTheTimeInTheModel() {
    long start = System.nanoTime();
    try (Session session = engine.open(tokens(3, 50), 0, new Computed(engine))) {
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
    Computed full = new Computed(engine);
    try (Session session = engine.open(new int[256], 256, full)) {
      assertThatThrownBy(() -> session.step(1, full))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("256");
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
    assertThatThrownBy(() -> engine.open(tokens(3, 10), 0, new Computed(engine)))
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
    try {
      reading.get().close();
      assertThat(computed.trace.size()).isEqualTo(10);
    } catch (ExecutionException refused) {
      assertThat(refused)
          .hasCauseInstanceOf(EngineFailure.class)
          .hasMessageContaining("the engine is closed");
    }
  }

  @Test
  void shouldEndRunsThatAreUnderWayBeforeItFreesTheModel() throws Exception {
    Engine engine = load(Variant.FP32, options());
    Semaphore begun = new Semaphore(0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int[] context = tokens(i, 200);
        runs.add(
            threads.submit(() -> {
              while (true) {
                prefill(engine, context);
                begun.release();
              }
            }));
      }
      begun.acquire(16);

      engine.close();

      for (Future<?> run : runs) {
        assertThatThrownBy(run::get)
            .hasCauseInstanceOf(EngineFailure.class)
            .hasMessageContaining("the engine is closed");
      }
    }
  }

  @Test
  void shouldFailWhatTheRuntimeFailsAndNothingElse() {
    assumeTrue(options().device() == EngineDevice.CPU, "a GPU does not check an index");
    // The table of rotations ends a position before this limit.
    try (OnnxEngine fresh = load(graph -> with(graph, graph.boundaries(), 257))) {
      int held = fresh.heldArrays();
      Computed full = new Computed(fresh);
      try (Session session = fresh.open(tokens(3, 256), 256, full);
          Session other = fresh.open(tokens(4, 20), 0, new Computed(fresh))) {
        assertThatThrownBy(() -> session.step(1, full))
            .isInstanceOf(EngineFailure.class)
            .hasMessageContaining("failed");

        assertThat(session.size()).isEqualTo(256);
        other.step(1, (position, token, rows, logits) -> assertThat(position).isEqualTo(20));
      }
      await().until(() -> fresh.heldArrays() == held);
    }
  }

  @Test
  void shouldHoldNothingOfARunWhoseRowsCannotBeRead() {
    try (OnnxEngine fresh = load(graph -> with(graph, lastUnknown(graph), 256))) {
      int held = fresh.heldArrays();

      assertThatThrownBy(() -> prefill(fresh, tokens(3, 20))).isInstanceOf(RuntimeException.class);

      await().until(() -> fresh.heldArrays() == held);
    }
  }

  private static List<String> lastUnknown(DecoderGraph graph) {
    List<String> boundaries = new ArrayList<>(graph.boundaries());
    boundaries.set(boundaries.size() - 1, "no-such-output");
    return boundaries;
  }

  private static DecoderGraph with(DecoderGraph graph, List<String> boundaries, int positionLimit) {
    return new DecoderGraph(
        graph.source(),
        graph.groups(),
        graph.logitRows(),
        graph.logits(),
        boundaries,
        graph.kvHeads(),
        graph.headDimension(),
        graph.dimension(),
        graph.vocabulary(),
        positionLimit);
  }

  private static Callable<Computed> call(Callable<Computed> call) {
    return call;
  }

  static List<Computed> atOnce(List<Callable<Computed>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Computed> results = new ArrayList<>();
      for (Future<Computed> run : threads.invokeAll(calls)) {
        results.add(run.get());
      }
      return results;
    }
  }

  static void assertEquivalent(Computed one, Computed other) {
    assertThat(one.trace.size()).isEqualTo(other.trace.size());
    for (int position = 0; position < one.trace.size(); position++) {
      assertThat(one.trace.tokenId(position)).isEqualTo(other.trace.tokenId(position));
      for (int boundary = 0; boundary < one.trace.shape().boundaries(); boundary++) {
        assertThat(
                CalibratedRows.statistic(
                        one.trace.row(position, boundary), other.trace.row(position, boundary))
                    .orElseThrow())
            .as("position %d, boundary %d", position, boundary)
            .isLessThan(FP32_ENVELOPE);
      }
      float[] logits = one.logits.get(position);
      float[] others = other.logits.get(position);
      if (logits.length > 0 && others.length > 0) {
        assertThat(distance(logits, others))
            .as("logits of position %d", position)
            .isLessThan(LOGITS_ENVELOPE);
      }
    }
  }

  private static double distance(float[] one, float[] other) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < one.length; i++) {
      difference += (one[i] - other[i]) * (one[i] - other[i]);
      size += one[i] * one[i];
    }
    return Math.sqrt(difference / size);
  }

  static Computed prefill(Engine engine, int[] context) {
    Computed computed = new Computed(engine);
    engine.open(context, 0, computed).close();
    return computed;
  }

  static Computed decode(Engine engine, int[] context, int prompt) {
    Computed computed = new Computed(engine);
    try (Session session = engine.open(Arrays.copyOf(context, prompt), 0, computed)) {
      for (int token : Arrays.copyOfRange(context, prompt, context.length)) {
        session.step(token, computed);
      }
    }
    return computed;
  }

  static int[] tokens(int seed, int count) {
    return new Random(seed).ints(count, 0, TinyModel.CONFIG.vocabulary()).toArray();
  }

  /** What an engine told of one sequence. */
  static final class Computed implements PositionSink {
    final Trace trace;
    final List<float[]> logits = new ArrayList<>();

    Computed(Engine engine) {
      this.trace = new Trace(engine.shape());
    }

    @Override
    public void accept(int position, int token, byte[] rows, float[] logits) {
      assertThat(position).isEqualTo(trace.size());
      trace.append(token, rows);
      this.logits.add(logits);
    }
  }
}
