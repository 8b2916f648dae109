package io.verillm.models;

/**
 * What an attention layer adds to the four projections.
 *
 * @param inputBias query, key and value projections have a bias (Qwen2)
 * @param outputBias the output projection has one (Llama with {@code attention_bias})
 * @param headNorm query and key heads are normalised before they turn (Qwen3)
 */
public record Attention(boolean inputBias, boolean outputBias, boolean headNorm) {

  /** Projections alone: Llama, Mistral, SmolLM2. */
  public static final Attention PLAIN = new Attention(false, false, false);
}
