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
    int handovers) {}
