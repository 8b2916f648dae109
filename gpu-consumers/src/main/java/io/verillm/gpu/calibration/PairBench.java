package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.models.ModelConfig;
import io.verillm.models.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Computes pairs of one model, several side by side. What comes out depends on the plan alone, not
 * on how many run at once, but for the last bits of a setting with batches: which texts share a run
 * is a matter of time.
 */
final class PairBench {
  private static final int TRIES_MAX = 20;

  private final PairEngines engines;
  private final ModelConfig config;
  private final List<int[]> prompts;
  private final CalibrationPlan plan;
  private final int parallel;
  private final IntConsumer progress;
  private final AtomicInteger done = new AtomicInteger();

  PairBench(
      PairEngines engines,
      Tokenizer tokenizer,
      CalibrationPlan plan,
      int parallel,
      IntConsumer progress) {
    this.engines = engines;
    this.config = engines.config();
    this.prompts = plan.prompts().stream().map(tokenizer::prompt).toList();
    this.plan = plan;
    this.parallel = parallel;
    this.progress = progress;
  }

  PairEngines engines() {
    return engines;
  }

  /** Honest pairs 0..count-1 of a set, in that order, spread evenly over all settings. */
  <T> List<T> honest(CalibrationSet set, int count, Function<Pair, T> use) {
    List<HonestSetting> settings = engines.settings();
    List<T> all = new ArrayList<>();
    for (int s = 0; s < settings.size(); s++) {
      int first = (int) ((long) count * s / settings.size());
      int end = (int) ((long) count * (s + 1) / settings.size());
      if (first < end) {
        all.addAll(honest(set, first, end, settings.get(s), use));
      }
    }
    return all;
  }

  private <T> List<T> honest(
      CalibrationSet set, int first, int end, HonestSetting setting, Function<Pair, T> use) {
    return engines.honest(
        setting.author(),
        author ->
            engines.honest(
                setting.checker(),
                checker ->
                    inParallel(
                        end - first,
                        i -> use.apply(honest(draw(set, first + i), author, checker)))));
  }

  private Pair honest(PairDraw draw, Engine author, Engine checker) {
    Generation made =
        Generation.decode(
            author, draw.prompt(), draw.tokens(), config.eosId(), draw.sampling(), draw.seed());
    return checked(draw, made, checker);
  }

  /**
   * Pairs of a cheating author and an honest checker, in order. A draw that is no case of the cheat
   * is drawn again, some times; what is no case even then is left out.
   */
  <T> List<T> cheats(CalibrationSet set, Cheat cheat, int count, Function<Pair, T> use) {
    return engines.cheating(
        cheat,
        writer ->
            inParallel(count, i -> firstCase(set, cheat, i, count, writer).map(use)).stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private Optional<Pair> firstCase(
      CalibrationSet set, Cheat cheat, int index, int count, Engine writer) {
    Engine honest = engines.usual();
    return IntStream.range(0, TRIES_MAX)
        .mapToObj(again -> cheat.task(draw(set, index + again * count), config.positions()))
        .flatMap(draw ->
            cheat
                .claim(draw, writer, honest, config.eosId())
                .map(claim -> checked(draw, claim, honest))
                .stream())
        .findFirst();
  }

  private static Pair checked(PairDraw draw, Generation claim, Engine checker) {
    return new Pair(
        draw,
        claim,
        Generation.prefill(checker, claim.tokens(), draw.prompt().length, claim.ended()));
  }

  private PairDraw draw(CalibrationSet set, int index) {
    return PairDraw.of(plan, prompts, set, index, config.positions(), config.vocabulary());
  }

  private <T> List<T> inParallel(int count, IntFunction<T> pair) {
    // Loaded here, once, before several threads ask for it.
    engines.usual();
    try (ExecutorService workers = Executors.newFixedThreadPool(parallel)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        running.add(
            workers.submit(() -> {
              T used = pair.apply(index);
              progress.accept(done.incrementAndGet());
              return used;
            }));
      }
      List<T> all = new ArrayList<>();
      try {
        for (Future<T> one : running) {
          all.add(one.get());
        }
        return all;
      } catch (InterruptedException | ExecutionException e) {
        workers.shutdownNow();
        throw failure(e);
      }
    }
  }

  private static RuntimeException failure(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException("a pair could not be computed", e);
  }
}
