package io.verillm.gpu.worker;

import io.verillm.gpu.behaviour.EditedPrompt;
import io.verillm.gpu.behaviour.OtherTokens;
import io.verillm.gpu.calibration.Cheat;
import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.trace.TraceShape;
import java.util.Arrays;
import java.util.List;

/**
 * A cheat that a worker can really run where its BAD flag is due. One that honest checkers miss
 * costs the worker the flag's bond, so only what a calibration finds nearly always is planted, and
 * only where the flag asks for no less than was calibrated.
 *
 * @param kind which
 * @param model the worker's own, or with the cheat's weights
 */
public record FlagCheat(Cheat kind, Inference model) {
  /** Texts of this length or more show how their tokens were chosen. */
  private static final int TOKENS_MIN = 32;

  private static final int TOP_K_MIN = 8;
  private static final double TOP_P_MIN = 0.8;
  private static final double TEMPERATURE_MIN = 0.6;

  /**
   * Refuses a cheat that is found too seldom.
   *
   * @throws IllegalArgumentException with its name
   */
  public FlagCheat {
    requireFound(kind);
  }

  /**
   * The same cheat.
   *
   * @throws IllegalArgumentException with its name, if it is found too seldom
   */
  public static Cheat requireFound(Cheat kind) {
    if (!isFound(kind)) {
      throw new IllegalArgumentException(
          "a BAD flag cannot run %s: honest checkers miss it too often, which costs a bond each time"
              .formatted(kind.label()));
    }
    return kind;
  }

  /** All that honest checkers find nearly always; the built-in model's report says how often. */
  public static List<Cheat> found() {
    return Arrays.stream(Cheat.values()).filter(FlagCheat::isFound).toList();
  }

  /** Those among them that need no other weights than the model's. */
  public static List<Cheat> ofOwnWeights() {
    return found().stream().filter(kind -> kind.weights() == Variant.FP32).toList();
  }

  /** Its rows are honest and its tokens a cheaper model's, many of which are the model's too. */
  private static boolean isFound(Cheat kind) {
    return kind != Cheat.CHEAP_THEN_PREFILL;
  }

  /** What it claims to run. */
  TraceShape shape() {
    return model.shape();
  }

  /**
   * Whether a checker finds it in what a flag asks for.
   *
   * @param calibrated whether the model has a calibration: without one nobody looks at how tokens
   *     were chosen or why a text ends
   */
  boolean suits(FlagPrompt prompt, boolean calibrated) {
    return prompt.modelId().equals(shape().modelId())
        && switch (kind) {
          case EARLY_STOP -> calibrated;
          case WRONG_TEMPERATURE -> calibrated && showsItsTemperature(prompt);
          default -> true;
        };
  }

  private static boolean showsItsTemperature(FlagPrompt prompt) {
    double temperature = prompt.temperature();
    return prompt.maxTokens() >= TOKENS_MIN
        && prompt.topK() >= TOP_K_MIN
        && prompt.topP() >= TOP_P_MIN
        && (temperature == 0 || (temperature >= TEMPERATURE_MIN && temperature <= 1));
  }

  /** How the answer to a prompt is computed. */
  Inference inference(FlagPrompt prompt, RandomStream draws) {
    return switch (kind) {
      case EDITED_PROMPT -> EditedPrompt.drawn(model, draws);
      case EARLY_STOP -> OtherTokens.endingAfter(model, draws.below(prompt.maxTokens()));
      case WRONG_TEMPERATURE -> OtherTokens.hotter(model, TOKENS_MIN);
      default -> model;
    };
  }
}
