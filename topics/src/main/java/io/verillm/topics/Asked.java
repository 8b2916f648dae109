package io.verillm.topics;

import io.verillm.events.Request;
import io.verillm.protocol.flag.FlagPrompt;

/**
 * What a request asks of a model, apart from who asks and what it pays.
 *
 * @param prompt text
 * @param maxTokens most tokens to generate
 * @param temperature 0 takes the highest logit
 * @param topK candidates kept
 * @param topP nucleus inside the candidates
 * @param checkers committee size of round 1
 * @param handovers how often the generation may pass to another worker
 */
public record Asked(
    String prompt,
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    int checkers,
    int handovers) {

  /** What a request on the log asks for. */
  public static Asked of(Request request) {
    return new Asked(
        request.getPrompt(),
        request.getMaxTokens(),
        request.getTemperature(),
        request.getTopK(),
        request.getTopP(),
        request.getCheckers(),
        request.getHandovers());
  }

  /** What a draft will ask for. */
  public static Asked of(RequestDraft draft) {
    return new Asked(
        draft.prompt(),
        draft.maxTokens(),
        draft.temperature(),
        draft.topK(),
        draft.topP(),
        draft.checkers(),
        draft.handovers());
  }

  /** What a planted request will ask for. */
  public static Asked of(FlagPrompt flag) {
    return new Asked(
        flag.prompt(),
        flag.maxTokens(),
        flag.temperature(),
        flag.topK(),
        flag.topP(),
        flag.checkers(),
        flag.handovers());
  }
}
