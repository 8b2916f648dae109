package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.DecoderGraph;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.OnnxEngine;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.Tokenizer;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
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
 * on how many run at once.
 */
final class PairBench {
  private static final int TRIES_MAX = 20;
  private static final long OTHER_MODEL_SEED = 77;
  private static final int LARGEST_INLINE_PARAMETERS = 400_000_000;

  private final ModelDirectory directory;
  private final ModelConfig config;
  private final Hash modelId;
  private final List<int[]> prompts;
  private final CalibrationPlan plan;
  private final EngineDevice device;
  private final int parallel;
  private final IntConsumer progress;
  private final AtomicInteger done = new AtomicInteger();

  PairBench(
      ModelDirectory directory,
      ModelManifest manifest,
      Tokenizer tokenizer,
      CalibrationPlan plan,
      EngineDevice device,
      int parallel,
      IntConsumer progress) {
    this.directory = directory;
    this.config = directory.config();
    if (config.parameters() > LARGEST_INLINE_PARAMETERS) {
      throw new IllegalArgumentException(
          "a model of %,d parameters is too large to calibrate: changed weights are made in memory,"
                  .formatted(config.parameters())
              + " %,d at most".formatted(LARGEST_INLINE_PARAMETERS));
    }
    this.modelId = new Hash(manifest.modelIdBytes());
    this.prompts = plan.prompts().stream().map(tokenizer::prompt).toList();
    this.plan = plan;
    this.device = device;
    this.parallel = parallel;
    this.progress = progress;
  }

  Hash modelId() {
    return modelId;
  }

  ModelConfig config() {
    return config;
  }

  /** Honest pairs 0..count-1 of a set, in that order, spread evenly over all settings. */
  <T> List<T> honest(CalibrationSet set, int count, Function<Pair, T> use) {
    List<HonestSetting> settings = HonestSetting.all(device);
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
    try (Engine author = own(Variant.FP32, setting.author());
        Engine checker = own(Variant.FP32, setting.checker())) {
      return inParallel(
          end - first,
          i -> {
            PairDraw draw = draw(set, first + i);
            Generation made =
                Generation.decode(
                    author, draw.prompt(), draw.tokens(), eosId(), draw.sampling(), draw.seed());
            return use.apply(checked(draw, made, checker));
          });
    }
  }

  /**
   * Pairs of a cheating author and an honest checker, in order. A draw that is no case of the cheat
   * is drawn again, some times; what is no case even then is left out.
   */
  <T> List<T> cheats(CalibrationSet set, Cheat cheat, int count, Function<Pair, T> use) {
    EngineOptions options = EngineOptions.on(device);
    try (Engine honest = own(Variant.FP32, options);
        Engine writer =
            cheat == Cheat.OTHER_MODEL ? other(options) : own(cheat.weights(), options)) {
      return inParallel(
              count,
              i ->
                  IntStream.range(0, TRIES_MAX)
                      .mapToObj(t -> draw(set, i + t * count))
                      .map(draw ->
                          cheat(cheat.task(draw, config.positions()), cheat, writer, honest))
                      .flatMap(Optional::stream)
                      .findFirst()
                      .map(use))
          .stream()
          .flatMap(Optional::stream)
          .toList();
    }
  }

  private Optional<Pair> cheat(PairDraw draw, Cheat cheat, Engine writer, Engine honest) {
    return cheat.claim(draw, writer, honest, eosId()).map(claim -> checked(draw, claim, honest));
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

  /** The numeric profile of authors and checkers. */
  String profile() {
    return device.profile().id();
  }

  /** How honest pairs are computed, for people. */
  List<String> settings() {
    return HonestSetting.all(device).stream().map(HonestSetting::label).toList();
  }

  /**
   * Whether the cheat is one for this model: weights that are bf16 already cannot be cast to it.
   */
  boolean changesWeights(Cheat cheat) {
    if (cheat.weights() == Variant.FP32) {
      return true;
    }
    try (OpenWeights weights = directory.weights()) {
      Weights changed = cheat.weights().of(weights, config);
      return weights.names().stream()
          .anyMatch(
              name -> !Arrays.equals(weights.tensor(name).values(), changed.tensor(name).values()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + directory, e);
    }
  }

  int eosId() {
    return config.eosId();
  }

  private Engine own(Variant variant, EngineOptions options) {
    return OnnxEngine.load(directory, modelId, variant, options);
  }

  private Engine other(EngineOptions options) {
    byte[] onnx = OnnxModel.build(config, new RandomWeights(config, OTHER_MODEL_SEED));
    return OnnxEngine.load(modelId, DecoderGraph.of(config, onnx), options);
  }

  private <T> List<T> inParallel(int count, IntFunction<T> pair) {
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
