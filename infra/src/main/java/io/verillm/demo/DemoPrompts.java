package io.verillm.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Prompts in the manner of what the built-in model has read, see NOTICE. */
final class DemoPrompts {
  private static final List<String> OPENINGS =
      List.of(
          "And the king said unto",
          "Blessed is the man that",
          "Then answered the woman and said,",
          "And it came to pass in those days, that",
          "The LORD is my",
          "Call me Ishmael.",
          "The white whale",
          "The captain stood on the deck and",
          "The revenue of the Government",
          "It is the duty of Congress to",
          "hacker:",
          "compiler:",
          "A programmer who",
          "courage: the quality of",
          "river: a large natural",
          "bread: food made from");

  private DemoPrompts() {}

  /**
   * So many prompts, varied and the same for the same seed.
   *
   * @param count how many, at least 0
   */
  static List<String> of(int count, long seed) {
    List<String> shuffled = new ArrayList<>(OPENINGS);
    Collections.shuffle(shuffled, new Random(seed));
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(shuffled.get(i % shuffled.size()));
    }
    return List.copyOf(prompts);
  }
}
