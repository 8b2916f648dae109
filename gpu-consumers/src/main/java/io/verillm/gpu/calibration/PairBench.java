package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.models.ModelConfig;
import io.verillm.models.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Computes pairs of one model, several side by side. What comes out depends on the plan and a
 * pair's index alone, not on how many run at once, but for the last bits of texts that are written
 * in batches: which texts share a run is a matter of time.
 */
final class PairBench {
  private static final int TRIES_MAX = 20;

  /** Draws that stand in for those that are no case of a cheat have indexes above all others. */
  private static final int TRY_INDEXES = 1 << 26;

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

  /**
   * What is kept of a pair.
   *
   * @param <T> its kind
   */
  @FunctionalInterface
  interface Use<T> {
    /** Of the pair with this index in its set. */
    T of(int index, Pair pair);
  }

  /** The setting of an honest pair. */
  int setting(int index) {
    return index % engines.settings().size();
  }

  /** Whether an honest pair has a long context: as many of each setting. */
  boolean isLong(int index) {
    return index / engines.settings().size() % plan.longEvery() == 0;
  }

  /** Honest pairs with these indexes, by index. */
  <T> SortedMap<Integer, T> honest(CalibrationSet set, IntStream indexes, Use<T> use) {
    Map<Integer, List<Integer>> bySetting = new TreeMap<>();
    indexes.forEach(i -> bySetting.computeIfAbsent(setting(i), any -> new ArrayList<>()).add(i));
    SortedMap<Integer, T> all = new TreeMap<>();
    bySetting.forEach(
        (setting, some) -> all.putAll(honest(set, some, engines.settings().get(setting), use)));
    return all;
  }

  private <T> Map<Integer, T> honest(
      CalibrationSet set, List<Integer> indexes, HonestSetting setting, Use<T> use) {
    Map<Integer, PairDraw> draws = new HashMap<>();
    for (int i : indexes) {
      PairDraw draw = draw(set, i);
      draws.put(i, isLong(i) ? draw.lengthened(config.positions(), config.vocabulary()) : draw);
    }
    return engines.honest(
        setting.author(),
        author ->
            engines.honest(
                setting.checker(),
                checker ->
                    inParallel(
                        longestFirst(draws),
                        setting.author().batch(),
                        i -> Optional.of(use.of(i, honest(draws.get(i), author, checker))))));
  }

  private Pair honest(PairDraw draw, Engine author, Engine checker) {
    Generation made =
        Generation.decode(
            author, draw.prompt(), draw.tokens(), config.eosId(), draw.sampling(), draw.seed());
    return checked(draw, made, checker);
  }

  /**
   * Pairs of a cheating author and an honest checker with these indexes, by index. A draw that is
   * no case of the cheat is drawn again, some times; what is no case even then is left out.
   */
  <T> SortedMap<Integer, T> cheats(CalibrationSet set, Cheat cheat, IntStream indexes, Use<T> use) {
    Map<Integer, PairDraw> draws = new HashMap<>();
    indexes.forEach(i -> draws.put(i, draw(set, i)));
    // Limits are to come out the same again, so what sets them is written text by text.
    int batch = set == CalibrationSet.TUNING ? 1 : HonestSetting.BATCH;
    return engines.cheating(
        cheat,
        batch,
        writer ->
            inParallel(
                longestFirst(draws),
                batch,
                i -> firstCase(set, cheat, i, writer).map(pair -> use.of(i, pair))));
  }

  private Optional<Pair> firstCase(CalibrationSet set, Cheat cheat, int index, Engine writer) {
    Engine honest = engines.usual();
    return IntStream.range(0, TRIES_MAX)
        .mapToObj(again -> cheat.task(draw(set, index + again * TRY_INDEXES), config.positions()))
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

  /** Texts of one length fill a batch from its start to its end. */
  private static List<Integer> longestFirst(Map<Integer, PairDraw> draws) {
    Comparator<Integer> byLength =
        Comparator.comparing(i -> draws.get(i).prompt().length + draws.get(i).tokens());
    return draws.keySet().stream()
        .sorted(byLength.reversed().thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Works on enough pairs at once to fill a batch. */
  private <T> SortedMap<Integer, T> inParallel(
      List<Integer> indexes, int batch, IntFunction<Optional<T>> pair) {
    // Loaded here, once, before several threads ask for it.
    engines.usual();
    try (ExecutorService workers = Executors.newFixedThreadPool(Math.max(parallel, batch))) {
      Map<Integer, Future<Optional<T>>> running = new HashMap<>();
      for (int index : indexes) {
        running.put(
            index,
            workers.submit(() -> {
              Optional<T> used = pair.apply(index);
              progress.accept(done.incrementAndGet());
              return used;
            }));
      }
      SortedMap<Integer, T> all = new TreeMap<>();
      try {
        for (Map.Entry<Integer, Future<Optional<T>>> one : running.entrySet()) {
          one.getValue().get().ifPresent(used -> all.put(one.getKey(), used));
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
