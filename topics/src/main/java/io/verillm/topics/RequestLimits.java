package io.verillm.topics;

import io.verillm.events.ModelRegistered;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What a request may ask for: by these limits a coordinator admits it, and whoever posts one can
 * see before whether it will be.
 */
public final class RequestLimits {
  /** Characters of a prompt. */
  public static final int PROMPT_CHARS_MAX = 64 * 1024;

  /** One alone is never scored: nobody can tell whether it looks. */
  public static final int CHECKERS_MIN = 1;

  /** Members of a round-1 committee; round 2 has at most twice as many and one. */
  public static final int CHECKERS_MAX = CaseLimits.CHECKERS_ADMITTED;

  /** Above it every token is as good as drawn blindly. */
  public static final double TEMPERATURE_MAX = 10;

  /** For who has no tokenizer at hand: every prompt has one token at least. */
  public static final ToIntFunction<String> UNCOUNTED = prompt -> 1;

  private RequestLimits() {}

  /**
   * The first thing that is wrong; empty where nothing is.
   *
   * @param model the registered model that is asked
   * @param terms parameters in force
   * @param tokens of a prompt, as the model's tokenizer counts them; {@link #UNCOUNTED} finds less
   */
  public static Optional<RequestFault> fault(
      Asked asked, ModelRegistered model, Parameters terms, ToIntFunction<String> tokens) {
    return sampling(asked)
        .or(() -> committee(asked, terms))
        .or(() -> size(asked, model.getPositionLimit(), tokens));
  }

  /** Units that a coordinator reserves of the account that pays. */
  public static long escrow(Asked asked, ModelRegistered model, Parameters terms) {
    long price = Parameters.price(asked.maxTokens(), model.getPricePerToken());
    return terms.escrow(price, asked.checkers() + asked.handovers());
  }

  private static Optional<RequestFault> sampling(Asked asked) {
    if (asked.topK() < 1 || asked.topK() > SamplingParameters.MAX_TOP_K) {
      return fault(
          RequestFault.Kind.BAD_TOP_K,
          "topK must be 1..%d, not %d",
          SamplingParameters.MAX_TOP_K,
          asked.topK());
    }
    if (!(asked.topP() > 0 && asked.topP() <= 1)) {
      return fault(
          RequestFault.Kind.BAD_TOP_P, "topP must be above 0 and at most 1, not %s", asked.topP());
    }
    return isTemperature(asked)
        ? Optional.empty()
        : fault(
            RequestFault.Kind.BAD_TEMPERATURE,
            "the temperature must be 0 or %s..%.0f, not %s",
            SamplingParameters.MIN_TEMPERATURE,
            TEMPERATURE_MAX,
            asked.temperature());
  }

  /** What a worker's sampler would refuse must be refused here: nobody may be slashed for it. */
  private static boolean isTemperature(Asked asked) {
    try {
      new SamplingParameters(asked.temperature(), asked.topK(), asked.topP());
      return asked.temperature() <= TEMPERATURE_MAX;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<RequestFault> committee(Asked asked, Parameters terms) {
    int m = asked.checkers();
    if (m < CHECKERS_MIN || m > CHECKERS_MAX || m % 2 == 0) {
      return fault(
          RequestFault.Kind.BAD_CHECKERS,
          "checkers must be an odd number of %d..%d, not %d",
          CHECKERS_MIN,
          CHECKERS_MAX,
          m);
    }
    if (asked.handovers() < 0 || asked.handovers() > CaseLimits.HANDOVERS_MAX) {
      return fault(
          RequestFault.Kind.BAD_HANDOVERS,
          "hand-overs must be 0..%d, not %d",
          CaseLimits.HANDOVERS_MAX,
          asked.handovers());
    }
    return terms.slashLeft(m, asked.handovers()) < 0
        ? fault(
            RequestFault.Kind.BAD_CHECKERS,
            "%d checkers with %d hand-overs are more than an author's slash of this log pays for",
            m,
            asked.handovers())
        : Optional.empty();
  }

  private static Optional<RequestFault> size(
      Asked asked, int positions, ToIntFunction<String> tokens) {
    String prompt = asked.prompt();
    if (prompt.isEmpty()) {
      return fault(RequestFault.Kind.PROMPT_EMPTY, "the prompt is empty");
    }
    if (prompt.length() > PROMPT_CHARS_MAX) {
      return fault(
          RequestFault.Kind.PROMPT_TOO_LONG,
          "the prompt has %d characters; at most %d are admitted",
          prompt.length(),
          PROMPT_CHARS_MAX);
    }
    int room = positions - tokens.applyAsInt(prompt);
    if (room < 1) {
      return fault(
          RequestFault.Kind.PROMPT_TOO_LONG,
          "the prompt has %d tokens; the model has %d positions for prompt and answer",
          positions - room,
          positions);
    }
    return asked.maxTokens() < 1 || asked.maxTokens() > room
        ? fault(
            RequestFault.Kind.BAD_MAX_TOKENS,
            "the model has %d positions for prompt and answer: tokens must be 1..%d, not %d",
            positions,
            room,
            asked.maxTokens())
        : Optional.empty();
  }

  private static Optional<RequestFault> fault(
      RequestFault.Kind kind, String text, Object... values) {
    return Optional.of(new RequestFault(kind, text.formatted(values)));
  }
}
