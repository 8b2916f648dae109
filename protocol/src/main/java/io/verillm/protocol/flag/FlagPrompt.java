package io.verillm.protocol.flag;

import io.verillm.protocol.crypto.Hash;

/**
 * What a planted request asks for: the same as others do, or it would be told from them.
 *
 * @param modelId the model asked for
 * @param prompt text
 * @param maxTokens most tokens to generate
 * @param temperature 0 takes the highest logit
 * @param topK candidates kept
 * @param topP nucleus inside the candidates
 * @param checkers committee size of round 1
 * @param handovers how often others let the generation pass to another worker
 */
public record FlagPrompt(
    Hash modelId,
    String prompt,
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    int checkers,
    int handovers) {

  /**
   * The same of this size. With the committee come its hand-overs: not every number of them is
   * admitted with every committee.
   */
  public FlagPrompt of(FlagSize size) {
    return new FlagPrompt(
        modelId,
        prompt,
        Math.max(maxTokens, size.tokens()),
        temperature,
        topK,
        topP,
        size.checkers(),
        size.handovers());
  }

  /** The same with as many tokens as a slot can ask for, of a model with so many positions. */
  public FlagPrompt longest(int positions) {
    return of(FlagSize.of(checkers, handovers, positions, positions));
  }
}
