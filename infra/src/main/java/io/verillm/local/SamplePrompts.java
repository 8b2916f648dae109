package io.verillm.local;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.topics.RequestDraft;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Prompts in the manner of what the built-in model has read, see NOTICE: those of the demo, and so
 * those of the flags that local workers plant.
 */
public final class SamplePrompts {
  /** Tokens of an answer. */
  public static final int MAX_TOKENS = 48;

  /** Sampling temperature. */
  public static final double TEMPERATURE = 0.8;

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

  private SamplePrompts() {}

  /** What a planted request asks of a model: what the demo asks. */
  public static List<FlagPrompt> flags(Hash modelId) {
    return OPENINGS.stream()
        .map(prompt ->
            new FlagPrompt(
                modelId,
                prompt,
                MAX_TOKENS,
                TEMPERATURE,
                RequestDraft.TOP_K_DEFAULT,
                1.0,
                RequestDraft.CHECKERS_DEFAULT,
                RequestDraft.HANDOVERS_DEFAULT))
        .toList();
  }

  /**
   * So many prompts, varied and the same for the same seed.
   *
   * @param count how many, at least 0
   */
  public static List<String> of(int count, long seed) {
    List<String> shuffled = new ArrayList<>(OPENINGS);
    Collections.shuffle(shuffled, new Random(seed));
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(shuffled.get(i % shuffled.size()));
    }
    return List.copyOf(prompts);
  }
}
