package io.verillm.topics;

import io.verillm.events.ModelRegistered;
import java.util.Optional;

/** What no coordinator admits, said before anything is posted. Admission has the last word. */
public final class RequestLimits {
  /** Characters of a prompt. */
  public static final int PROMPT_CHARS_MAX = 64 * 1024;

  /** Members of a round-1 committee; round 2 has at most twice as many and one. */
  public static final int CHECKERS_MAX = 21;

  /** Above it every token is as good as drawn blindly. */
  public static final double TEMPERATURE_MAX = 10;

  private RequestLimits() {}

  /**
   * What is wrong with a draft, in words; empty where nothing is that can be seen without the
   * model's tokenizer.
   *
   * @param model the registered model that the draft names
   */
  public static Optional<String> fault(RequestDraft draft, ModelRegistered model) {
    if (draft.prompt().isEmpty()) {
      return Optional.of("the prompt is empty");
    }
    if (draft.prompt().length() > PROMPT_CHARS_MAX) {
      return Optional.of(
          "the prompt has %d characters; at most %d are admitted"
              .formatted(draft.prompt().length(), PROMPT_CHARS_MAX));
    }
    double temperature = draft.temperature();
    if (!(temperature >= 0 && temperature <= TEMPERATURE_MAX)) {
      return Optional.of(
          "the temperature must be 0..%.0f, not %s".formatted(TEMPERATURE_MAX, temperature));
    }
    if (draft.maxTokens() < 1 || draft.maxTokens() >= model.getPositionLimit()) {
      return Optional.of(
          "tokens must be 1..%d less those of the prompt, not %d"
              .formatted(model.getPositionLimit() - 1, draft.maxTokens()));
    }
    return Optional.empty();
  }
}
