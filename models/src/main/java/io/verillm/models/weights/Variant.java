package io.verillm.models.weights;

import io.verillm.models.ModelConfig;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a model's weights can be changed into, for cheats and calibration (protocol, section 8).
 * Each is computed on the weights themselves; the graph stays an ordinary one.
 */
public enum Variant {
  /** The model itself. */
  FP32,
  /** Every weight rounded to bf16 (nearest, ties to even). */
  BF16_CAST,
  /** Linear weights as 8-bit integers, one symmetric scale for each output channel. */
  INT8,
  /** Linear weights as 4-bit integers, one symmetric scale for each 32 inputs of a channel. */
  INT4,
  /** The middle block adds nothing to the residual stream. */
  SKIPPED_LAYER,
  /** Linear weights moved as a light fine-tuning moves them: a step of low rank for each matrix. */
  FINE_TUNED,
  /** Random weights of the same shape. */
  OTHER_MODEL;

  private static final int INT4_GROUP = 32;
  private static final long OTHER_MODEL_SEED = 77;

  /** The name in options and folders, such as {@code skipped-layer}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The changed weights, computed tensor by tensor as they are read. */
  public Weights of(Weights weights, ModelConfig config) {
    String skipped = "model.layers." + config.layers() / 2 + ".";
    return switch (this) {
      case FP32 -> weights;
      case BF16_CAST -> new ChangedWeights(weights, name -> true, (name, t) -> Rounding.bf16(t));
      case INT8 ->
          new ChangedWeights(weights, Variant::linear, (name, t) -> Rounding.groups(t, 0, 127));
      case INT4 ->
          new ChangedWeights(
              weights, Variant::linear, (name, t) -> Rounding.groups(t, INT4_GROUP, 7));
      case SKIPPED_LAYER ->
          new ChangedWeights(
              weights,
              name -> writesToStream(name) && name.startsWith(skipped),
              (name, t) -> Rounding.zero(t));
      case FINE_TUNED -> new ChangedWeights(weights, Variant::linear, FineTuning::change);
      case OTHER_MODEL -> new RandomWeights(config, OTHER_MODEL_SEED);
    };
  }

  /** Whether it changes these weights: those that are bf16 already cannot be cast to it. */
  public boolean changes(Weights weights, ModelConfig config) {
    Weights changed = of(weights, config);
    return weights.names().stream()
        .anyMatch(
            name -> !Arrays.equals(weights.tensor(name).values(), changed.tensor(name).values()));
  }

  private static boolean linear(String name) {
    return name.endsWith("_proj.weight") || name.equals("lm_head.weight");
  }

  /** A block whose two writing matrices, and the bias of the one, are zero is the identity. */
  private static boolean writesToStream(String name) {
    return name.contains(".o_proj.") || name.endsWith(".down_proj.weight");
  }
}
