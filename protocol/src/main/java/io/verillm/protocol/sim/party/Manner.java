package io.verillm.protocol.sim.party;

/**
 * How an author makes a segment.
 *
 * @param tokens computation that chose the tokens
 * @param rows computation of the rows that are sealed
 * @param rowsShare share of the segment's positions with such rows; the others are honest. 0: the
 *     first and the last, which every first round opens
 * @param ending how it ends
 * @param corrupted tokens replaced by others that the model would hardly choose
 * @param prompt whether the prompt is the one that was asked
 */
public record Manner(
    Computation tokens,
    Computation rows,
    double rowsShare,
    Ending ending,
    int corrupted,
    Prompt prompt) {

  /** How a segment ends. */
  public enum Ending {
    HONEST,
    /** Says that the model ended it, long before it would. */
    EARLY,
    /** Says that it was stopped before the request's limit. */
    WRONG_STOP
  }

  /** What the author read. */
  public enum Prompt {
    AS_ASKED,
    EDITED,
    /** Without some of its positions. */
    SHORTENED
  }

  /** As the protocol asks. */
  public static final Manner HONEST = computed(Computation.HONEST);

  /** Tokens and rows of one computation. */
  public static Manner computed(Computation computation) {
    return new Manner(computation, computation, 1, Ending.HONEST, 0, Prompt.AS_ASKED);
  }

  /** Tokens of one computation, and an honest prefill over them. */
  public static Manner thenPrefilled(Computation computation) {
    return new Manner(computation, Computation.HONEST, 1, Ending.HONEST, 0, Prompt.AS_ASKED);
  }

  /** Honest tokens, and a share of the rows computed otherwise. */
  public static Manner ofRows(Computation computation, double share) {
    return new Manner(Computation.HONEST, computation, share, Ending.HONEST, 0, Prompt.AS_ASKED);
  }

  /** Honest tokens, and the rows of the first and the last position computed otherwise. */
  public static Manner atEdges(Computation computation) {
    return ofRows(computation, 0);
  }

  /** Tokens of one computation, and a share of the rows; the others are honest. */
  public static Manner partly(Computation computation, double share) {
    return new Manner(computation, computation, share, Ending.HONEST, 0, Prompt.AS_ASKED);
  }

  /** The same with another ending. */
  public Manner ending(Ending other) {
    return new Manner(tokens, rows, rowsShare, other, corrupted, prompt);
  }

  /** The same with some tokens replaced. */
  public Manner corrupted(int count) {
    return new Manner(tokens, rows, rowsShare, ending, count, prompt);
  }

  /** The same over another prompt. */
  public Manner prompt(Prompt other) {
    return new Manner(tokens, rows, rowsShare, ending, corrupted, other);
  }

  /** Whether nothing about it is wrong. */
  public boolean isHonest() {
    return equals(HONEST);
  }
}
