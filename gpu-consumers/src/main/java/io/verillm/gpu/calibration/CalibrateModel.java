package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.Tokenizer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Calibrates a model: what {@code verillm model calibrate} runs. */
public final class CalibrateModel {
  private final CalibratedModel model;
  private final CalibrationPlan plan;
  private final EngineDevice device;
  private final int parallel;
  private final Progress progress;

  /**
   * @param model whose limits are wanted
   * @param device of authors and checkers; the calibration is for its profile
   * @param parallel pairs computed at once; changes no result
   * @param progress is told after every pair
   */
  public CalibrateModel(
      CalibratedModel model,
      CalibrationPlan plan,
      EngineDevice device,
      int parallel,
      Progress progress) {
    if (parallel < 1) {
      throw new IllegalArgumentException("at least one pair at a time, not " + parallel);
    }
    this.model = model;
    this.plan = plan;
    this.device = device;
    this.parallel = parallel;
    this.progress = progress;
  }

  /** How far it is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A pair was computed.
     *
     * @param done so far
     * @param most there will be; fewer where a cheat changes nothing, or an earlier report has some
     */
    void told(int done, int most);
  }

  /** Sets limits. */
  public CalibrationFile measure() {
    return using(plan.tuningPairs(), bench -> new Calibrator(bench, plan).run());
  }

  /**
   * Judges pairs that set no limits, by these.
   *
   * @param journal every case goes there as soon as it is judged; of an earlier report by the same
   *     limits, seed and machine only what is missing is computed
   * @throws UncheckedIOException if the journal cannot be read or written
   * @throws CalibrationMismatch if it is another report's
   */
  public CalibrationReport report(CalibrationFile file, Path journal) {
    return using(
        plan.reportPairs(),
        bench -> {
          CaseJournal.Head head =
              new CaseJournal.Head(
                  file.calibrationId(),
                  plan.seed(),
                  bench.engines().settings().stream().map(HonestSetting::label).toList(),
                  bench.engines().machine());
          try (CaseJournal cases = CaseJournal.open(journal, head)) {
            return CalibrationReport.of(file, plan, bench, cases);
          }
        });
  }

  private <T> T using(int pairs, Function<PairBench, T> work) {
    try (Tokenizer tokenizer = Tokenizer.load(model.directory());
        PairEngines engines = new PairEngines(model, device)) {
      return work.apply(
          new PairBench(engines, tokenizer, plan, parallel, done -> progress.told(done, pairs)));
    }
  }
}
