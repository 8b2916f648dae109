package io.verillm.gpu.calibration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a calibration does to pairs that did not set it.
 *
 * @param calibration the limits
 * @param seed of all draws
 * @param settings of the honest pairs
 * @param kinds honest work first, then each cheat
 * @param skipped cheats that would not change this model's weights
 * @param rocs one for each statistic and cheat
 */
public record CalibrationReport(
    CalibrationFile calibration,
    long seed,
    List<String> settings,
    List<Tally> kinds,
    List<String> skipped,
    List<Roc> rocs) {
  /** Name of the token test's mean among the statistics. */
  public static final String MEAN_MARGIN = "mean margin";

  /** Name of the token test's maximum among the statistics. */
  public static final String LARGEST_MARGIN = "largest margin";

  static final String HONEST = "honest";

  /** Copies the lists. */
  public CalibrationReport {
    settings = List.copyOf(settings);
    kinds = List.copyOf(kinds);
    skipped = List.copyOf(skipped);
    rocs = List.copyOf(rocs);
  }

  /** Judges pairs of the report's set. */
  static CalibrationReport of(CalibrationFile file, CalibrationPlan plan, PairBench bench) {
    PairEngines engines = bench.engines();
    CaseJudge judge = new CaseJudge(engines.modelId(), engines.config(), file.toCalibration());
    CalibrationSet set = CalibrationSet.REPORT;
    List<JudgedCase> honest = bench.honest(set, plan.reportPairs(), judge::judge);
    List<Tally> kinds = new ArrayList<>(List.of(Tally.of(HONEST, honest)));
    List<Roc> rocs = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Cheat cheat : Cheat.values()) {
      if (!engines.changedBy(cheat)) {
        skipped.add(cheat.label());
        continue;
      }
      List<JudgedCase> cases = bench.cheats(set, cheat, plan.reportCheatPairs(), judge::judge);
      kinds.add(Tally.of(cheat.label(), cases));
      rocs.addAll(rocs(cheat, honest, cases, file));
    }
    return new CalibrationReport(
        file,
        plan.seed(),
        engines.settings().stream().map(HonestSetting::label).toList(),
        kinds,
        skipped,
        rocs);
  }

  private static List<Roc> rocs(
      Cheat cheat, List<JudgedCase> honest, List<JudgedCase> cases, CalibrationFile file) {
    Map<String, ToLongFunction<JudgedCase>> statistics = new LinkedHashMap<>();
    for (int i = 0; i < file.rows().size(); i++) {
      int boundary = i;
      statistics.put(file.rows().get(i).boundary(), c -> c.rows().get(boundary));
    }
    statistics.put(MEAN_MARGIN, JudgedCase::meanMargin);
    statistics.put(LARGEST_MARGIN, JudgedCase::maximumMargin);
    List<Roc> rocs = new ArrayList<>();
    statistics.forEach((name, value) -> {
      long[] low = values(honest, value);
      long[] high = values(cases, value);
      // Of few pairs none may have opened some boundary.
      if (low.length > 0 && high.length > 0) {
        rocs.add(Roc.of(name, cheat.label(), low, high));
      }
    });
    return rocs;
  }

  private static long[] values(List<JudgedCase> cases, ToLongFunction<JudgedCase> value) {
    return cases.stream().mapToLong(value).filter(v -> v >= 0).toArray();
  }
}
