package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.OnnxEngine;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelManifest;
import io.verillm.models.Tokenizer;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.LogitUnits;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Measures one model on this machine: decode against prefill over different chunks and numbers of
 * threads for what honest work looks like, cheaper weights for what is to be caught. The same files
 * and plan give the same pairs.
 */
public final class Calibrator {
  /** A margin above one logit says no more than one of a logit. */
  private static final int CLIP = LogitUnits.PER_LOGIT;

  /** Honest flips are so rare that a measurement may hold none: the noise that one would have. */
  private static final int MARGIN_FLOOR = LogitUnits.PER_LOGIT / 4096;

  private static final int BAND_FACTOR = 4;

  /**
   * On one processor decode and prefill may agree to the bit; another one's kernels sum in another
   * order. Simulated fp32 noise is 19..41 (protocol, 6.1): the floor is three times that.
   */
  private static final int ROW_FLOOR = 128;

  private static final int[] CHECKER_CHUNKS = {128, 16, 50};
  private static final double[] TEMPERATURES = {0, 0.6, 0.8, 1.0};

  private final ModelDirectory directory;
  private final Hash modelId;
  private final int eosId;
  private final List<int[]> prompts;
  private final CalibrationPlan plan;
  private final EngineDevice device;
  private final IntConsumer progress;

  /**
   * A calibration to run.
   *
   * @param device of authors and checkers
   * @param progress is told after every pair how many are done
   */
  public Calibrator(
      ModelDirectory directory,
      ModelManifest manifest,
      Tokenizer tokenizer,
      CalibrationPlan plan,
      EngineDevice device,
      IntConsumer progress) {
    this.directory = directory;
    this.modelId = new Hash(manifest.modelIdBytes());
    this.eosId = tokenizer.eosId();
    this.prompts = plan.prompts().stream().map(tokenizer::prompt).toList();
    this.plan = plan;
    this.device = device;
    this.progress = progress;
  }

  /** Pairs that {@link #run} measures. */
  public int pairs() {
    int cheats = plan.rowCheats().size() + plan.tokenCheats().size();
    return plan.honestPairs() + plan.cheatPairs() * cheats;
  }

  /** Measures. Takes minutes. */
  public CalibrationFile run() {
    EngineOptions options = EngineOptions.on(device);
    List<Engine> checkers = new ArrayList<>();
    try (Engine honest = load(Variant.FP32, options)) {
      for (int i = 0; i < CHECKER_CHUNKS.length; i++) {
        checkers.add(
            load(Variant.FP32, options.withChunk(CHECKER_CHUNKS[i]).withThreads(1 + i % 2)));
      }
      Measured noise = new Measured(honest.shape().boundaries());
      // Every pair once more for the band: evidence cannot be computed without one.
      for (int i = 0; i < plan.honestPairs() / 4 + 1; i++) {
        Pair pair = pair(i, honest, checkers.get(i % checkers.size()));
        noise.logits(pair.author, pair.checker);
      }
      int band = (int) Math.max(MARGIN_FLOOR, BAND_FACTOR * noise.highestLogit());
      return measure(honest, checkers, band, options);
    } finally {
      checkers.forEach(Engine::close);
    }
  }

  private CalibrationFile measure(
      Engine honest, List<Engine> checkers, int band, EngineOptions options) {
    int boundaries = honest.shape().boundaries();
    Measured own = new Measured(boundaries);
    Measured rows = new Measured(boundaries);
    Measured tokens = new Measured(boundaries);
    int done = 0;
    long[] cost = new long[4];
    for (int i = 0; i < plan.honestPairs(); i++) {
      Pair pair = pair(i, honest, checkers.get(i % checkers.size()));
      pair.rows(own);
      pair.tokens(own, band);
      own.logits(pair.author, pair.checker);
      pair.addCost(cost);
      progress.accept(++done);
    }
    for (Variant cheat : plan.rowCheats()) {
      try (Engine engine = load(cheat, options)) {
        for (int i = 0; i < plan.cheatPairs(); i++) {
          pair(1_000_000 + i, engine, checkers.getFirst()).rows(rows);
          progress.accept(++done);
        }
      }
    }
    for (Variant cheat : plan.tokenCheats()) {
      try (Engine engine = load(cheat, options)) {
        for (int i = 0; i < plan.cheatPairs(); i++) {
          pair(2_000_000 + i, engine, checkers.getFirst()).tokens(tokens, band);
          progress.accept(++done);
        }
      }
    }
    return file(
        honest, own, rows, tokens, Math.max(band, Math.toIntExact(2 * own.highestLogit())), cost);
  }

  private CalibrationFile file(
      Engine honest, Measured own, Measured rows, Measured tokens, int band, long[] cost) {
    List<CalibrationFile.RowLimit> limits = new ArrayList<>();
    for (int i = 0; i < honest.shape().boundaries(); i++) {
      String name = directory.config().boundaries().get(i).name();
      limits.add(
          new CalibrationFile.RowLimit(
              name, Limits.between(own.highestRow(i), rows.lowestRow(i), ROW_FLOOR)));
    }
    long lowestMean = tokens.lowestMean() == Long.MAX_VALUE ? 0 : tokens.lowestMean();
    long lowestMargin = tokens.lowestMargin() == Long.MAX_VALUE ? 0 : tokens.lowestMargin();
    String profile = honest.shape().profile().id();
    return new CalibrationFile(
        plan.name() + "-v" + plan.version() + "-" + modelId.hex().substring(0, 8),
        modelId.hex(),
        profile,
        profile,
        limits,
        Limits.between(own.highestMean(), lowestMean, (MARGIN_FLOOR << 8) / 64),
        Limits.between(own.highestMargin(), lowestMargin, MARGIN_FLOOR),
        CLIP,
        band,
        plan.honestPairs(),
        plan.cheatPairs(),
        plan.rowCheats().stream().map(Variant::name).toList(),
        plan.tokenCheats().stream().map(Variant::name).toList(),
        millis(cost[0], cost[1]),
        millis(cost[2], cost[3]));
  }

  private static double millis(long nanos, long tokens) {
    return Math.round(nanos / 1e3 / Math.max(1, tokens)) / 1e3;
  }

  private Engine load(Variant variant, EngineOptions options) {
    return OnnxEngine.load(directory, modelId, variant, options);
  }

  private Pair pair(int index, Engine author, Engine checker) {
    SplittableRandom random = new SplittableRandom(plan.seed() + index);
    int[] prompt = prompts.get(random.nextInt(prompts.size()));
    int room = author.positionLimit() - prompt.length;
    int tokens = Math.min(room, 8 + random.nextInt(plan.tokensMax() - 7));
    double temperature = TEMPERATURES[random.nextInt(TEMPERATURES.length)];
    SamplingParameters sampling =
        temperature == 0
            ? new SamplingParameters(0, 40, 0.95)
            : new SamplingParameters(
                temperature, 8 + random.nextInt(57), 0.8 + 0.2 * random.nextDouble());
    Hash seed = HashInput.of("calibration-seed").add(plan.seed()).add(index).hash();
    Generation made = Generation.decode(author, prompt, tokens, eosId, sampling, seed);
    Generation checked = Generation.prefill(checker, made.tokens(), prompt.length, made.ended());
    return new Pair(made, checked, prompt.length, sampling, seed);
  }

  private final class Pair {
    private final Generation author;
    private final Generation checker;
    private final int promptLength;
    private final SamplingParameters sampling;
    private final Hash seed;

    Pair(
        Generation author,
        Generation checker,
        int promptLength,
        SamplingParameters sampling,
        Hash seed) {
      this.author = author;
      this.checker = checker;
      this.promptLength = promptLength;
      this.sampling = sampling;
      this.seed = seed;
    }

    void rows(Measured measured) {
      measured.rows(author, checker, promptLength);
    }

    void tokens(Measured measured, int band) {
      measured.tokens(checker, promptLength, eosId, sampling, seed, new CandidateBand(band), CLIP);
    }

    void addCost(long[] cost) {
      cost[0] += author.modelNanos();
      cost[1] += author.trace().size() - promptLength;
      cost[2] += checker.modelNanos();
      cost[3] += checker.trace().size();
    }
  }
}
