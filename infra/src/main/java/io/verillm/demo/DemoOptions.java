package io.verillm.demo;

import io.verillm.local.SamplePrompts;

/**
 * What a demo posts.
 *
 * @param requests how many requests
 * @param maxTokens most tokens of each
 * @param temperature sampling temperature
 * @param seed fixes prompts, ids and nonces
 */
public record DemoOptions(int requests, int maxTokens, double temperature, long seed) {
  /** Most requests of one demo. */
  public static final int REQUESTS_MAX = 1_000;

  /** Tokens of one answer where nothing else is asked for. */
  public static final int MAX_TOKENS = SamplePrompts.MAX_TOKENS;

  /** Sampling temperature of the demo's requests. */
  public static final double TEMPERATURE = SamplePrompts.TEMPERATURE;

  public DemoOptions {
    if (requests < 1 || requests > REQUESTS_MAX) {
      throw new IllegalArgumentException(
          "requests must be 1.." + REQUESTS_MAX + ", not " + requests);
    }
  }

  /** So many requests of the demo's kind. */
  public static DemoOptions of(int requests, long seed) {
    return new DemoOptions(requests, MAX_TOKENS, TEMPERATURE, seed);
  }
}
