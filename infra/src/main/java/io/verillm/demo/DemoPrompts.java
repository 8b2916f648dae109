package io.verillm.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Prompts in the manner of what the built-in model has read: scripture, hackers, dictionaries. */
final class DemoPrompts {
  private static final List<String> OPENINGS =
      List.of(
          "And the king said unto",
          "In the beginning",
          "Blessed is the man that",
          "Then answered the woman and said,",
          "And it came to pass in those days, that",
          "The LORD is my",
          "hacker: n. A person who",
          "bug: n. An unwanted",
          "kluge: n. A clever",
          "A programmer who",
          "river: a large natural",
          "bread: food made from",
          "the act of",
          "a small animal that",
          "one who travels",
          "a state of being");

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
