package io.verillm.gpu.calibration;

import io.verillm.models.weights.Variant;
import java.util.List;

/**
 * What a calibration measures.
 *
 * @param name first part of the calibration's id
 * @param version counts up; the id is {@code name-vN}
 * @param prompts texts that generations begin with, at least one
 * @param honestPairs generations checked by the same model
 * @param cheatPairs generations of each cheat, checked by the model itself
 * @param rowCheats weights whose rows must be told from the model's own
 * @param tokenCheats weights whose tokens must be told from the model's own
 * @param tokensMax longest generation
 * @param seed of lengths, temperatures and sampling
 */
public record CalibrationPlan(
    String name,
    int version,
    List<String> prompts,
    int honestPairs,
    int cheatPairs,
    List<Variant> rowCheats,
    List<Variant> tokenCheats,
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
    if (prompts.isEmpty() || honestPairs < 1 || cheatPairs < 1 || rowCheats.isEmpty()) {
      throw new IllegalArgumentException("a calibration needs prompts, honest pairs and cheats");
    }
    if (tokensMax < 8) {
      throw new IllegalArgumentException("generations of at most " + tokensMax + " tokens");
    }
  }

  /** The plan behind the built-in model's own file: 240 honest pairs, 40 of each cheat. */
  public static CalibrationPlan builtIn() {
    return new CalibrationPlan(
        "builtin",
        1,
        PROMPTS,
        240,
        40,
        List.of(Variant.INT8, Variant.BF16_CAST),
        List.of(Variant.INT4),
        96,
        2026);
  }

  /** The same with other numbers of pairs. */
  public CalibrationPlan withPairs(int honest, int cheat) {
    return new CalibrationPlan(
        name, version, prompts, honest, cheat, rowCheats, tokenCheats, tokensMax, seed);
  }
}
