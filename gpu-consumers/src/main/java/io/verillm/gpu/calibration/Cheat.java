package io.verillm.gpu.calibration;

import io.verillm.gpu.behaviour.OtherTokens;
import io.verillm.gpu.engine.Engine;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an author may do instead of its work (protocol, section 8); each is really computed. */
public enum Cheat {
  /** Weights rounded to bf16. */
  BF16_CAST(Variant.BF16_CAST),
  /** Linear weights as 8-bit integers. */
  INT8(Variant.INT8),
  /** Linear weights as 4-bit integers. */
  INT4(Variant.INT4),
  /** Weights of another model of the same shape: random ones. */
  OTHER_MODEL(Variant.OTHER_MODEL),
  /** The middle block left out. */
  SKIPPED_LAYER(Variant.SKIPPED_LAYER),
  /** Weights moved as a light fine-tuning moves them. */
  FINE_TUNED(Variant.FINE_TUNED),
  /** One token of the prompt exchanged, all else honest. */
  EDITED_PROMPT(Variant.FP32),
  /** An end claimed before the model ends. */
  EARLY_STOP(Variant.FP32),
  /** Honest weights, tokens chosen at twice the temperature. */
  WRONG_TEMPERATURE(Variant.FP32),
  /** A text of 300 tokens written with int4 weights, its rows computed by one honest prefill. */
  CHEAP_THEN_PREFILL(Variant.INT4);

  private static final int LONG_TEXT_TOKENS = 300;

  private final Variant weights;

  Cheat(Variant weights) {
    this.weights = weights;
  }

  /** The weights that write the text. */
  public Variant weights() {
    return weights;
  }

  /** The name in reports, such as {@code edited-prompt}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The same task, as long as this cheat needs. */
  PairDraw task(PairDraw draw, int positionLimit) {
    return this == CHEAP_THEN_PREFILL
        ? draw.withTokens(Math.min(LONG_TEXT_TOKENS, positionLimit - draw.prompt().length))
        : draw;
  }

  /**
   * The author's claim.
   *
   * @param writer has {@link #weights()}
   * @param honest has the model's own weights and reads at once
   * @return empty if this draw is no case of the cheat: a text that ends at once cannot be stopped
   *     early, and one that ends by itself is shorter than {@link #CHEAP_THEN_PREFILL} is about
   */
  Optional<Generation> claim(PairDraw draw, Engine writer, Engine honest, int eosId) {
    return switch (this) {
      case EDITED_PROMPT -> Optional.of(edited(draw, writer, eosId));
      case EARLY_STOP -> stopped(draw, writer, eosId);
      case WRONG_TEMPERATURE -> Optional.of(hotter(draw, writer, eosId));
      case CHEAP_THEN_PREFILL -> prefilled(write(draw, writer, eosId), draw, honest);
      default -> Optional.of(write(draw, writer, eosId));
    };
  }

  private static Generation write(PairDraw draw, Engine engine, int eosId) {
    return Generation.decode(
        engine, draw.prompt(), draw.tokens(), eosId, draw.sampling(), draw.seed());
  }

  /** Tokens alone are to show it, which takes a text of some length. */
  private static Optional<Generation> prefilled(Generation cheap, PairDraw draw, Engine honest) {
    return cheap.ended()
        ? Optional.empty()
        : Optional.of(Generation.prefill(honest, cheap.tokens(), draw.prompt().length, false));
  }

  private static Generation edited(PairDraw draw, Engine writer, int eosId) {
    int[] prompt = draw.prompt().clone();
    int at = draw.below(prompt.length);
    prompt[at] = (prompt[at] + 1 + draw.below(writer.vocabulary() - 1)) % writer.vocabulary();
    Generation made =
        Generation.decode(writer, prompt, draw.tokens(), eosId, draw.sampling(), draw.seed());
    int[] claimed = made.tokens();
    claimed[at] = draw.prompt()[at];
    return made.claiming(claimed, prompt.length, made.ended());
  }

  private static Optional<Generation> stopped(PairDraw draw, Engine writer, int eosId) {
    Generation whole = write(draw, writer, eosId);
    int[] tokens = whole.tokens();
    int written = tokens.length - draw.prompt().length;
    if (written == 0) {
      return Optional.empty();
    }
    int kept = draw.prompt().length + draw.below(written);
    return Optional.of(whole.claiming(Arrays.copyOf(tokens, kept), draw.prompt().length, true));
  }

  private static Generation hotter(PairDraw draw, Engine writer, int eosId) {
    SamplingParameters taken = OtherTokens.hotter(draw.sampling());
    return Generation.decode(writer, draw.prompt(), draw.tokens(), eosId, taken, draw.seed());
  }
}
