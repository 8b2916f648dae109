package io.verillm.gpu.calibration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/**
 * What a calibration does to pairs that did not set it.
 *
 * @param calibration the limits
 * @param seed of all draws
 * @param honestParts the honest pairs of each setting, and those with long contexts
 * @param kinds honest work first, then each cheat
 * @param skipped cheats that would not change this model's weights
 * @param rocs one for each statistic and cheat
 */
public record CalibrationReport(
    CalibrationFile calibration,
    long seed,
    List<Tally> honestParts,
    List<Tally> kinds,
    List<String> skipped,
    List<Roc> rocs) {
  /** Name of the token test's mean among the statistics. */
  public static final String MEAN_MARGIN = "mean margin";

  /** Name of the token test's maximum among the statistics. */
  public static final String LARGEST_MARGIN = "largest margin";

  static final String HONEST = "honest";
  private static final String LONG = "long contexts";

  /** Copies the lists. */
  public CalibrationReport {
    honestParts = List.copyOf(honestParts);
    kinds = List.copyOf(kinds);
    skipped = List.copyOf(skipped);
    rocs = List.copyOf(rocs);
  }

  /**
   * Judges pairs of the report's set: those that the journal does not know yet.
   *
   * @param journal is told each case
   */
  static CalibrationReport of(
      CalibrationFile file, CalibrationPlan plan, PairBench bench, CaseJournal journal) {
    PairEngines engines = bench.engines();
    CaseJudge judge = new CaseJudge(engines.modelId(), engines.config(), file.toCalibration());
    CalibrationSet set = CalibrationSet.REPORT;
    bench.honest(
        set,
        journal.missing(HONEST, plan.report().honest()),
        (index, pair) -> journal.add(HONEST, index, judge.judge(pair)));
    SortedMap<Integer, JudgedCase> own = journal.cases(HONEST, plan.report().honest());
    List<JudgedCase> honest = List.copyOf(own.values());
    List<Tally> kinds = new ArrayList<>(List.of(Tally.of(HONEST, honest)));
    List<Roc> rocs = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Cheat cheat : Cheat.values()) {
      if (!engines.changedBy(cheat)) {
        skipped.add(cheat.label());
        continue;
      }
      int count = plan.report().cheat();
      bench.cheats(
          set,
          cheat,
          journal.missing(cheat.label(), count),
          (index, pair) -> journal.add(cheat.label(), index, judge.judge(pair)));
      List<JudgedCase> cases = List.copyOf(journal.cases(cheat.label(), count).values());
      kinds.add(Tally.of(cheat.label(), cases));
      rocs.addAll(rocs(cheat, honest, cases, file));
    }
    return new CalibrationReport(file, plan.seed(), honestParts(own, bench), kinds, skipped, rocs);
  }

  private static List<Tally> honestParts(SortedMap<Integer, JudgedCase> own, PairBench bench) {
    List<HonestSetting> settings = bench.engines().settings();
    List<Tally> parts = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      int setting = i;
      parts.add(
          Tally.of(settings.get(i).label(), some(own, index -> bench.setting(index) == setting)));
    }
    parts.add(Tally.of(LONG, some(own, bench::isLong)));
    return parts;
  }

  private static List<JudgedCase> some(SortedMap<Integer, JudgedCase> own, IntPredicate which) {
    return own.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
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

  /**
   * The largest area under the curve that any statistic of a cheat's texts can have. Where a text
   * is what the model itself writes, it is the text of honest work, whatever one looks at: such a
   * cheat lies above such honest work as often as below.
   *
   * @param cheat one of {@link #kinds}
   */
  public double largestTextArea(Tally cheat) {
    return 1 - kinds.getFirst().ownText().mean() * cheat.ownText().mean() / 2;
  }

  private static long[] values(List<JudgedCase> cases, ToLongFunction<JudgedCase> value) {
    return cases.stream().mapToLong(value).filter(v -> v >= 0).toArray();
  }
}
