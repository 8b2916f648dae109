package io.verillm.gpu.engine;

/** Receives what a model computed, position by position, in order. */
@FunctionalInterface
public interface PositionSink {
  /** Passed where no logits were asked for. */
  float[] NO_LOGITS = {};

  /**
   * One position was fed.
   *
   * @param position absolute position
   * @param token the token fed at it
   * @param rows boundaries x dimension elements, little endian, in the profile's row type; the
   *     receiver's to read during the call only
   * @param logits one for each token that may stand at {@code position + 1}, the receiver's to
   *     keep, or {@link #NO_LOGITS}
   */
  void accept(int position, int token, byte[] rows, float[] logits);
}
