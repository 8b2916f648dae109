package io.verillm.protocol.flag;

/**
 * What a planted request asks for. It follows what others ask for: a flag that asks for less tests
 * nobody, and one that asks for what nobody else does is told from their requests.
 *
 * @param checkers members of its round-1 committee, neither more nor fewer: where few workers are,
 *     a larger one leaves none for a second, and tests nobody either
 * @param handovers how often others let as large a committee's answers be handed over; a flag is
 *     not, and may ask for any number
 * @param tokens the least that it allows its answer
 */
public record FlagSize(int checkers, int handovers, int tokens) {
  /** Where nobody has asked for anything yet. One checker alone is never scored. */
  static final FlagSize LEAST = new FlagSize(3, 0, 8);

  /**
   * The size of a request: answers up to a power of two are of one size, and half of a model's
   * positions are left for a prompt.
   */
  public static FlagSize of(int checkers, int handovers, int maxTokens, int positions) {
    return new FlagSize(
        Math.max(LEAST.checkers, checkers),
        handovers,
        Math.min(Integer.highestOneBit(maxTokens), Math.max(1, positions / 2)));
  }

  FlagSize withTokens(int least) {
    return new FlagSize(checkers, handovers, least);
  }

  /** Whether a request asks for this. */
  public boolean isAskedBy(int askedCheckers, int askedTokens) {
    return askedCheckers == checkers && askedTokens >= tokens;
  }
}
