package io.verillm.gpu.calibration;

import java.util.List;

/**
 * What a calibration measures.
 *
 * @param name the model's, first part of the calibration's id
 * @param prompts texts that generations begin with, at least one for each set
 * @param tuning pairs that set limits
 * @param rowCheats whose rows must be told from the model's own
 * @param tokenCheats whose tokens must be told from the model's own
 * @param report pairs that are only judged, none for no report; of every cheat
 * @param longEvery one honest pair in so many has a prompt that nearly fills a context of {@link
 *     PairDraw#LONG_POSITIONS} positions
 * @param tokensMax longest generation
 * @param seed of lengths, temperatures and sampling
 */
public record CalibrationPlan(
    String name,
    List<String> prompts,
    Pairs tuning,
    List<Cheat> rowCheats,
    List<Cheat> tokenCheats,
    Pairs report,
    int longEvery,
    int tokensMax,
    long seed) {
  private static final List<String> PROMPTS =
      List.of(
          "In the beginning",
          "And it came to pass, when",
          "The word of the LORD came unto",
          "hacker: n.",
          "A bug in the program",
          "The king said to his servants",
          "a kind of small animal that",
          "bit bucket: n.",
          "Blessed are they",
          "the act of",
          "And the children of Israel",
          "foo: interj.");

  /**
   * How many pairs.
   *
   * @param honest generations checked by the same model
   * @param cheat generations of each cheat, checked by the model itself
   */
  public record Pairs(int honest, int cheat) {
    boolean isNone() {
      return honest < 1 || cheat < 1;
    }
  }

  /** Copies the lists and checks that something is measured. */
  public CalibrationPlan {
    prompts = List.copyOf(prompts);
    rowCheats = List.copyOf(rowCheats);
    tokenCheats = List.copyOf(tokenCheats);
    if (prompts.size() < CalibrationSet.values().length
        || tuning.isNone()
        || rowCheats.isEmpty()
        || longEvery < 1) {
      throw new IllegalArgumentException("a calibration needs prompts, honest pairs and cheats");
    }
    if (tokensMax < 8) {
      throw new IllegalArgumentException("generations of at most " + tokensMax + " tokens");
    }
  }

  /** 240 honest pairs and 40 of each cheat, as behind the built-in model's own file. */
  public static CalibrationPlan of(String model) {
    return new CalibrationPlan(
        model,
        PROMPTS,
        new Pairs(240, 40),
        List.of(Cheat.INT8, Cheat.BF16_CAST),
        List.of(Cheat.INT4),
        new Pairs(0, 0),
        24,
        96,
        2026);
  }

  /** The same with other numbers of pairs. */
  public CalibrationPlan withPairs(int honest, int cheat) {
    return with(new Pairs(honest, cheat), report, seed);
  }

  /** The same with a report over so many pairs. */
  public CalibrationPlan withReport(int honest, int cheat) {
    Pairs pairs = new Pairs(honest, cheat);
    if (pairs.isNone()) {
      throw new IllegalArgumentException(
          "a report needs pairs, not %d honest and %d of a cheat".formatted(honest, cheat));
    }
    return with(tuning, pairs, seed);
  }

  /** The same with other draws. */
  public CalibrationPlan withSeed(long seed) {
    return with(tuning, report, seed);
  }

  /** Pairs behind limits: honest ones are computed twice, since the band follows from all. */
  int tuningPairs() {
    return 2 * tuning.honest() + tuning.cheat() * (rowCheats.size() + tokenCheats.size());
  }

  /** Pairs of a report. */
  int reportPairs() {
    return report.honest() + report.cheat() * Cheat.values().length;
  }

  private CalibrationPlan with(Pairs tuning, Pairs report, long seed) {
    return new CalibrationPlan(
        name, prompts, tuning, rowCheats, tokenCheats, report, longEvery, tokensMax, seed);
  }
}
