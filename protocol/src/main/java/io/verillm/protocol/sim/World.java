package io.verillm.protocol.sim;

import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.FinishReason;
import java.util.HashMap;
import java.util.Map;

/**
 * All prompts and what anybody answers to them. There are few prompts, asked again and again: rows
 * and evidence depend on neither request nor task, so what is computed once holds for all.
 */
final class World {
  static final int SCRIPTS = 8;
  static final int PROMPT_LENGTH = 12;
  static final int TOKENS_MAX = 48;
  private static final int TOKENS_USUAL = 40;
  private static final int TOKENS_EARLY = 28;

  /** One prompt in four is answered up to its limit. */
  private static final int LONG_EVERY = 4;

  private final long seed;
  private final Distributions distributions;
  private final Map<Asked, Answer> answers = new HashMap<>();

  private record Asked(int script, Manner manner) {}

  World(long seed, Distributions distributions) {
    this.seed = seed;
    this.distributions = distributions;
  }

  /** What an author that works in this manner answers to a prompt. */
  Answer answer(int script, Manner manner) {
    Asked asked = new Asked(script, manner);
    Answer known = answers.get(asked);
    if (known == null) {
      known = make(script, manner);
      answers.put(asked, known);
    }
    return known;
  }

  /** The prompt's token ids. */
  int[] prompt(int script) {
    return answer(script, Manner.HONEST).prompt();
  }

  private Answer make(int script, Manner manner) {
    boolean full = script % LONG_EVERY == 0;
    int generated =
        manner.ending() == Manner.Ending.HONEST ? full ? TOKENS_MAX : TOKENS_USUAL : TOKENS_EARLY;
    FinishReason finish =
        switch (manner.ending()) {
          case HONEST -> full ? FinishReason.STOP : FinishReason.EOS;
          case EARLY -> FinishReason.EOS;
          case WRONG_STOP -> FinishReason.STOP;
        };
    int[] tokens = new int[PROMPT_LENGTH + generated];
    long text = Noise.mix(seed, script, name(manner));
    for (int i = 0; i < tokens.length; i++) {
      long source = i < PROMPT_LENGTH ? Noise.mix(seed, script) : text;
      // The last id is left for an edit.
      tokens[i] = Noise.of(source, i).nextInt(SimulatedModel.VOCABULARY - 1);
    }
    return new Answer(text, distributions, manner, PROMPT_LENGTH, tokens, finish);
  }

  /** A number for a manner that is the same in every JVM, which a record's hash code is not. */
  private static long name(Manner manner) {
    return Noise.mix(
        manner.corrupted(),
        manner.tokens().ordinal(),
        manner.rows().ordinal(),
        Double.doubleToLongBits(manner.rowsShare()),
        manner.ending().ordinal(),
        manner.prompt().ordinal());
  }
}
