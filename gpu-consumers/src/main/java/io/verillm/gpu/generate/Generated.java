package io.verillm.gpu.generate;

import java.util.List;

/**
 * What a model wrote.
 *
 * @param promptIds tokens it was given
 * @param outputIds tokens it chose, without a final end token
 * @param text the text of these
 * @param finishReason why it ended
 * @param prefillSeconds wall time until the prompt was read
 * @param decodeSeconds wall time from then on
 */
public record Generated(
    List<Integer> promptIds,
    List<Integer> outputIds,
    String text,
    Finish finishReason,
    double prefillSeconds,
    double decodeSeconds) {

  /** Why a text ends. */
  public enum Finish {
    /** The model chose an end token. */
    EOS,
    /** As many tokens as were asked for, or the model's longest context. */
    LENGTH
  }

  /** Copies the lists. */
  public Generated {
    promptIds = List.copyOf(promptIds);
    outputIds = List.copyOf(outputIds);
  }
}
