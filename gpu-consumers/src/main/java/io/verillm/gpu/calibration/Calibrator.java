package io.verillm.gpu.calibration;

import io.verillm.models.ModelConfig;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.LogitUnits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Sets limits from pairs of the tuning set: decode against prefill in several settings for what
 * honest work looks like, cheaper weights for what is to be caught.
 */
final class Calibrator {
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

  private final PairBench bench;
  private final PairEngines engines;
  private final CalibrationPlan plan;
  private final int boundaries;

  Calibrator(PairBench bench, CalibrationPlan plan) {
    this.bench = bench;
    this.engines = bench.engines();
    this.plan = plan;
    this.boundaries = engines.config().boundaries().size();
  }

  /** Measures. Takes minutes. */
  CalibrationFile run() {
    Measured own =
        honest((all, pair) -> {
          all.rows(pair);
          all.logits(pair);
        });
    // The same pairs again: what tokens show depends on the band, and the band on all pairs.
    int band = Math.toIntExact(Math.max(MARGIN_FLOOR, BAND_FACTOR * own.highestLogit()));
    BiConsumer<Measured, Pair> tokens =
        (all, pair) -> all.tokens(pair, engines.config().eosId(), new CandidateBand(band), CLIP);
    own.add(honest(tokens));
    List<Cheat> rowCheats = plan.rowCheats().stream().filter(engines::changedBy).toList();
    List<Cheat> tokenCheats = plan.tokenCheats().stream().filter(engines::changedBy).toList();
    return file(
        own,
        cheats(rowCheats, Measured::rows),
        cheats(tokenCheats, tokens),
        band,
        rowCheats,
        tokenCheats);
  }

  private Measured honest(BiConsumer<Measured, Pair> look) {
    return together(
        bench
            .honest(
                CalibrationSet.TUNING,
                IntStream.range(0, plan.tuning().honest()),
                (index, pair) -> look(pair, look))
            .values());
  }

  private Measured cheats(List<Cheat> cheats, BiConsumer<Measured, Pair> look) {
    List<Measured> all = new ArrayList<>();
    for (Cheat cheat : cheats) {
      all.addAll(
          bench
              .cheats(
                  CalibrationSet.TUNING,
                  cheat,
                  IntStream.range(0, plan.tuning().cheat()),
                  (index, pair) -> look(pair, look))
              .values());
    }
    return together(all);
  }

  private Measured look(Pair pair, BiConsumer<Measured, Pair> look) {
    Measured one = new Measured(boundaries);
    look.accept(one, pair);
    return one;
  }

  private Measured together(Collection<Measured> parts) {
    Measured all = new Measured(boundaries);
    parts.forEach(all::add);
    return all;
  }

  private CalibrationFile file(
      Measured honest,
      Measured rows,
      Measured tokens,
      int band,
      List<Cheat> rowCheats,
      List<Cheat> tokenCheats) {
    ModelConfig config = engines.config();
    List<CalibrationFile.RowLimit> limits = new ArrayList<>();
    for (int i = 0; i < boundaries; i++) {
      limits.add(
          new CalibrationFile.RowLimit(
              config.boundaries().get(i).name(),
              Limits.between(honest.highestRow(i), rows.lowestRow(i), ROW_FLOOR)));
    }
    long lowestMean = tokens.lowestMean() == Long.MAX_VALUE ? 0 : tokens.lowestMean();
    long lowestMargin = tokens.lowestMargin() == Long.MAX_VALUE ? 0 : tokens.lowestMargin();
    return new CalibrationFile(
        plan.name(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        engines.modelId().hex(),
        engines.profile(),
        engines.profile(),
        limits,
        Limits.between(honest.highestMean(), lowestMean, (MARGIN_FLOOR << 8) / 64),
        Limits.between(honest.highestMargin(), lowestMargin, MARGIN_FLOOR),
        CLIP,
        band,
        plan.tuning().honest(),
        new CalibrationFile.Origin(
            plan.tuning().cheat(),
            plan.seed(),
            plan.tokensMax(),
            plan.longEvery(),
            plan.prompts(),
            engines.settings().stream().map(HonestSetting::label).toList(),
            engines.machine()),
        rowCheats.stream().map(Cheat::name).toList(),
        tokenCheats.stream().map(Cheat::name).toList());
  }
}
