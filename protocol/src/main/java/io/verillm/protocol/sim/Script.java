package io.verillm.protocol.sim;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the prompts that are asked again and again, by its number from 0. Three in four are short:
 * so many of them that runs are fast. The others are of the size that the limits of a challenge are
 * made for: more than three parts of positions, so that an unsure checker has a part 2 to look at.
 */
record Script(int number) {
  /** Prompts that there are. */
  static final int COUNT = 64;

  /** Tokens that answer a short prompt; what an answer costs is told for so many. */
  static final int SHORT_TOKENS = 40;

  private static final int SHORT_PROMPT = 12;
  private static final int LONG_FROM = 48;

  /** One prompt in four is answered up to its limit. */
  private static final int FULL_EVERY = 4;

  /** What there is, for a page of tables. */
  static String mix() {
    List<Script> all = IntStream.range(0, COUNT).mapToObj(Script::new).toList();
    List<Script> large = all.stream().filter(Script::isLong).toList();
    return Cells.line(
        "There are %d prompts. %d of them have %d tokens and %d to %d of answer. The other %d are of the"
            + " size that challenges are made for, as far as runs of thousands of them can be paid for:"
            + " %d to %d of prompt and %d to %d of answer. A case answers for the prompt and its segment, or"
            + " for its segment alone behind a hand-over; from 51 positions on a part 1 leaves some for a"
            + " part 2, the extension where a checker is unsure. How many positions a case had, and how many"
            + " part 2s there were, stands with each table.",
        COUNT,
        COUNT - large.size(),
        SHORT_PROMPT,
        SHORT_TOKENS,
        all.getFirst().tokensMax(),
        large.size(),
        large.getFirst().promptLength(),
        large.getLast().promptLength(),
        large.stream().mapToInt(Script::tokens).min().orElseThrow(),
        large.stream().mapToInt(Script::tokens).max().orElseThrow());
  }

  boolean isLong() {
    return number >= LONG_FROM;
  }

  /** Tokens of the prompt: 60 to 210 of a long one. */
  int promptLength() {
    return isLong() ? 60 + 10 * (number - LONG_FROM) : SHORT_PROMPT;
  }

  /** Whether its answer ends where it may not be longer. */
  boolean isFull() {
    return number % FULL_EVERY == 0;
  }

  /** Tokens of its answer. */
  int tokens() {
    return isFull() ? tokensMax() : usual();
  }

  /** Most tokens that are asked for. */
  int tokensMax() {
    return usual() * 6 / 5;
  }

  /** 110 to 200 of a long one. */
  private int usual() {
    return isLong() ? 110 + 6 * (number - LONG_FROM) : SHORT_TOKENS;
  }
}
