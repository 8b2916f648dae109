package io.verillm.models.training;

/**
 * The sizes of a Llama-style decoder with tied embeddings.
 *
 * @param width size of the residual stream
 * @param inner size of the SwiGLU layer
 * @param positions longest context trained on
 */
record DecoderShape(
    int vocabulary, int width, int layers, int heads, int kvHeads, int inner, int positions) {

  static final float EPSILON = 1e-5f;
  static final float ROPE_THETA = 10_000f;

  int headSize() {
    return width / heads;
  }

  long parameters() {
    long attention = 2L * width * width + 2L * width * kvHeads * headSize();
    return (long) vocabulary * width
        + layers * (attention + 3L * width * inner + 2L * width)
        + width;
  }
}
