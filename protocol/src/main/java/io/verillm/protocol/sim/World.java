package io.verillm.protocol.sim;

import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.FinishReason;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All prompts and what anybody answers to them. Prompts are asked again and again: rows and
 * evidence depend on neither request nor task, so what is computed once holds for all, as long as
 * there is room for it.
 */
final class World {
  /** Of ten tokens, what is there of an answer that ends early. */
  private static final int EARLY_OF_TEN = 7;

  /** Answers that are kept, each with everybody's rows: hundreds of kilobytes. */
  private static final int KEPT_MAX = 256;

  private final long seed;
  private final Distributions distributions;
  private final Map<Asked, Answer> kept = new Kept();
  private final Set<Long> texts = new HashSet<>();

  /** The text behind 0 is the prompt alone. */
  private record Asked(int script, long before, int left, Manner manner) {}

  /** What was asked for longest ago goes first; whoever asks for it again gets the same anew. */
  private static final class Kept extends LinkedHashMap<Asked, Answer> {
    private static final long serialVersionUID = 1L;

    Kept() {
      super(KEPT_MAX, 1, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Asked, Answer> eldest) {
      return size() > KEPT_MAX;
    }
  }

  World(long seed, Distributions distributions) {
    this.seed = seed;
    this.distributions = distributions;
  }

  /** What an author that works in this manner answers to a prompt, alone. */
  Answer answer(int script, Manner manner) {
    return answer(script, null, 1, manner);
  }

  /**
   * What an author adds that works in this manner.
   *
   * @param before what was answered so far; null if it is the first author
   * @param left how many authors share what is left, itself included
   */
  Answer answer(int script, @Nullable Answer before, int left, Manner manner) {
    Asked asked = new Asked(script, before == null ? 0 : before.seed(), left, manner);
    Answer known = kept.get(asked);
    if (known == null) {
      known = make(script, before, left, manner);
      kept.put(asked, known);
      texts.add(known.seed());
    }
    return known;
  }

  /** Different answers so far. */
  int answers() {
    return texts.size();
  }

  /** The prompt's token ids. */
  int[] prompt(int script) {
    return answer(script, Manner.HONEST).prompt();
  }

  private Answer make(int script, @Nullable Answer before, int left, Manner manner) {
    Script asked = new Script(script);
    int promptLength = asked.promptLength();
    int start = before == null ? promptLength : before.size();
    // Everybody but the last is told to stop.
    boolean stopped = manner.ending() == Manner.Ending.HONEST && left > 1;
    int share = (promptLength + asked.tokens() - start) / left;
    int generated = manner.ending() == Manner.Ending.HONEST ? share : share * EARLY_OF_TEN / 10;
    FinishReason finish =
        switch (manner.ending()) {
          case HONEST -> asked.isFull() || stopped ? FinishReason.STOP : FinishReason.EOS;
          case EARLY -> FinishReason.EOS;
          case WRONG_STOP -> FinishReason.STOP;
        };
    int[] tokens = new int[start + generated];
    long text =
        before == null
            ? Noise.mix(seed, script, name(manner))
            : Noise.mix(before.seed(), start, name(manner));
    for (int i = 0; i < tokens.length; i++) {
      long source = i < promptLength ? Noise.mix(seed, script) : text;
      // The last id is left for an edit.
      tokens[i] = Noise.of(source, i).nextInt(SimulatedModel.VOCABULARY - 1);
    }
    if (before != null) {
      System.arraycopy(before.tokens(), 0, tokens, 0, start);
    }
    return new Answer(text, distributions, manner, before, promptLength, tokens, finish, !stopped);
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
