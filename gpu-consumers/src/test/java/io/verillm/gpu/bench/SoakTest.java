package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.gpu.engine.HeldArrays;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.models.Attention;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelStore;
import io.verillm.models.Rope;
import io.verillm.models.weights.RandomWeights;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.trace.TraceShape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoakTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path NO_MODELS = Path.of("");

  /**
   * Little to compute and 16 KiB of cache for each position: what is not freed shows in seconds.
   */
  private static final ModelConfig WIDE_CACHE =
      new ModelConfig(
          64, 64, 64, 2, 16, 16, 64, 256, Rope.plain(1e4), 1e-5, Attention.PLAIN, true, List.of(1));

  /** Of native memory in the second half over the first: a fifth more was seen without a leak. */
  private static final double FLAT = 1.5;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldWriteAndReadSequencesUntilItsTimeIsOverAndHoldNothingThen(int batch)
      throws InterruptedException {
    SoakPlan plan = plan(batch, 1000);
    List<SoakRun.Sample> told = new ArrayList<>();

    try (Engine engine = engine(plan)) {
      int before = HeldArrays.of(engine);
      SoakRun run = new Soak(plan, new ModelStore(NO_MODELS), told::add).run(engine);

      assertThat(run.samples()).hasSize(4).isEqualTo(told);
      SoakRun.Sample last = run.samples().getLast();
      assertThat(last.seconds()).isGreaterThanOrEqualTo(1);
      assertThat(last.residentBytes()).isGreaterThan(10 << 20);
      assertThat(last.decoded()).isPositive();
      assertThat(last.read()).isPositive();
      // With batches the engine's own thread frees what a closed sequence held.
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(HeldArrays.of(engine)).isEqualTo(before));
    }
  }

  @Test
  void shouldShowWhatIsNeverFreed() throws InterruptedException {
    SoakPlan plan = plan(1, 500);

    try (Engine engine = engine(plan)) {
      int before = HeldArrays.of(engine);
      SoakRun run =
          new Soak(plan, new ModelStore(NO_MODELS), sample -> {}).run(new Leaking(engine));

      assertThat(HeldArrays.of(engine) - before)
          .isGreaterThanOrEqualTo((int) run.samples().getLast().sequences());
    }
  }

  /** A process of its own: what other tests left in this one comes and goes meanwhile. */
  static final class Fresh {
    private Fresh() {}

    public static void main(String[] args) throws InterruptedException {
      growth(plan(3, 750));
      System.out.println(growth(plan(1, 1200)));
      System.out.println(growth(plan(3, 1200)));
    }

    private static double growth(SoakPlan plan) throws InterruptedException {
      try (Engine engine = engine(plan)) {
        return new Soak(plan, new ModelStore(NO_MODELS), sample -> {}).run(engine).growth();
      }
    }
  }

  @Test
  void shouldNotGrow() throws IOException, InterruptedException {
    Process fresh =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Fresh.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    assertThat(fresh.inputReader().lines().map(Double::valueOf))
        .hasSize(2)
        .allSatisfy(growth -> assertThat(growth).isLessThan(FLAT));
    assertThat(fresh.waitFor()).isZero();
  }

  private static Engine engine(SoakPlan plan) {
    return Engines.load(
        Hashing.hash("wide-cache"), WIDE_CACHE, new RandomWeights(WIDE_CACHE, 1), plan.options());
  }

  private static SoakPlan plan(int batch, int millis) {
    return new SoakPlan(
        BuiltInModel.NAME, Duration.ofMillis(millis), 4, 4, EngineOptions.cpu().withBatch(batch));
  }

  /** Frees no sequence before it is closed itself. */
  private record Leaking(Engine engine) implements Engine {
    @Override
    public TraceShape shape() {
      return engine.shape();
    }

    @Override
    public int vocabulary() {
      return engine.vocabulary();
    }

    @Override
    public int positionLimit() {
      return engine.positionLimit();
    }

    @Override
    public Session open(int[] context, int logitsFrom, PositionSink sink) {
      return new Unfreed(engine.open(context, logitsFrom, sink));
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private record Unfreed(Session session) implements Session {
    @Override
    public int size() {
      return session.size();
    }

    @Override
    public void step(int token, PositionSink sink) {
      session.step(token, sink);
    }

    @Override
    public long modelNanos() {
      return session.modelNanos();
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldCompareTheEndWithWhatComesBehindTheStart() {
    assertThat(run(900, 110, 105, 110).growth()).isEqualTo(1);
    assertThat(run(900, 110, 120, 132).growth()).isEqualTo(1.2);
    assertThat(run(900, 110, 120, 132).isFlat()).isFalse();
  }

  @Test
  void shouldSeeALeakBehindAPeakOfTheStart() {
    long mib = 1 << 20;
    SoakRun peak = run(539 * mib, 361 * mib, 365 * mib, 367 * mib);
    SoakRun leak = run(539 * mib, 361 * mib, 470 * mib, 590 * mib);
    SoakRun slow = run(539 * mib, 361 * mib, 371 * mib, 381 * mib);

    assertThat(peak.isFlat()).isTrue();
    assertThat(leak.isFlat()).isFalse();
    // 20 MiB are little in all and 10 KiB for each of the sequences that ended.
    assertThat(slow.growth()).isLessThan(SoakRun.GROWTH_MAX);
    assertThat(slow.bytesPerSequence()).isEqualTo(10 * 1024);
    assertThat(slow.isFlat()).isFalse();
  }

  private static SoakRun run(long... nativeBytes) {
    List<SoakRun.Sample> samples = new ArrayList<>();
    for (long bytes : nativeBytes) {
      long heap = 1000 * samples.size();
      samples.add(
          new SoakRun.Sample(samples.size(), bytes + heap, heap, 1024L * samples.size(), 0, 0, 0));
    }
    EngineOptions options = EngineOptions.cpu();
    SoakPlan plan = new SoakPlan("builtin", Duration.ofSeconds(1), 4, 1, options);
    return new SoakRun(LocalDate.EPOCH, Machine.of(options), plan, samples);
  }

  @Test
  void shouldRefuseAPlanThatShowsNothing() {
    assertThatThrownBy(() -> new SoakPlan("builtin", Duration.ZERO, 4, 1, EngineOptions.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(
            () -> new SoakPlan("builtin", Duration.ofSeconds(1), 3, 1, EngineOptions.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3");
  }
}
