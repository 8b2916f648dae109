package io.verillm.gpu.calibration;

import java.util.List;

/**
 * What a calibration measures.
 *
 * @param name the model's, first part of the calibration's id
 * @param prompts texts that generations begin with, at least one for each set
 * @param honestPairs generations checked by the same model, to set limits
 * @param cheatPairs generations of each cheat that sets limits, checked by the model itself
 * @param rowCheats whose rows must be told from the model's own
 * @param tokenCheats whose tokens must be told from the model's own
 * @param reportPairs honest pairs that are only judged, none for no report
 * @param reportCheatPairs pairs of every cheat that are only judged
 * @param longEvery one honest pair in so many has a prompt that nearly fills a context of {@link
 *     PairDraw#LONG_POSITIONS} positions
 * @param tokensMax longest generation
 * @param seed of lengths, temperatures and sampling
 */
public record CalibrationPlan(
    String name,
    List<String> prompts,
    int honestPairs,
    int cheatPairs,
    List<Cheat> rowCheats,
    List<Cheat> tokenCheats,
    int reportPairs,
    int reportCheatPairs,
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

  /** Copies the lists and checks that something is measured. */
  public CalibrationPlan {
    prompts = List.copyOf(prompts);
    rowCheats = List.copyOf(rowCheats);
    tokenCheats = List.copyOf(tokenCheats);
    if (prompts.size() < CalibrationSet.values().length
        || honestPairs < 1
        || cheatPairs < 1
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
        240,
        40,
        List.of(Cheat.INT8, Cheat.BF16_CAST),
        List.of(Cheat.INT4),
        0,
        0,
        24,
        96,
        2026);
  }

  /** The same with other numbers of pairs. */
  public CalibrationPlan withPairs(int honest, int cheat) {
    return new CalibrationPlan(
        name,
        prompts,
        honest,
        cheat,
        rowCheats,
        tokenCheats,
        reportPairs,
        reportCheatPairs,
        longEvery,
        tokensMax,
        seed);
  }

  /** The same with a report over so many pairs. */
  public CalibrationPlan withReport(int honest, int cheat) {
    if (honest < 1 || cheat < 1) {
      throw new IllegalArgumentException(
          "a report needs pairs, not %d honest and %d of a cheat".formatted(honest, cheat));
    }
    return new CalibrationPlan(
        name,
        prompts,
        honestPairs,
        cheatPairs,
        rowCheats,
        tokenCheats,
        honest,
        cheat,
        longEvery,
        tokensMax,
        seed);
  }

  /** The same with other draws. */
  public CalibrationPlan withSeed(long seed) {
    return new CalibrationPlan(
        name,
        prompts,
        honestPairs,
        cheatPairs,
        rowCheats,
        tokenCheats,
        reportPairs,
        reportCheatPairs,
        longEvery,
        tokensMax,
        seed);
  }
}
