package io.verillm.gpu.bench;

import io.verillm.models.ModelConfig;

/**
 * The least that a computation must do in single precision, whoever does it (Williams et al. 2009,
 * the roofline model): weights are read once for each run, keys and values of the context once for
 * each token that is decoded.
 *
 * @param bytes to read from memory
 * @param operations additions and multiplications
 */
record Work(double bytes, double operations) {

  /** One token behind a context of so many. */
  static Work decode(ModelConfig config, double context) {
    return decode(config, context, 1);
  }

  /** One token of each of several sequences, whose contexts are so long. */
  static Work decode(ModelConfig config, double context, int sequences) {
    double cached = 2.0 * config.layers() * config.kvHeads() * config.headSize() * context;
    return new Work(
        Float.BYTES * (weights(config) + sequences * cached),
        sequences * (2 * weights(config) + attention(config) * context));
  }

  /**
   * A context fed at once.
   *
   * @param tokens its length
   * @param judged positions whose logits are wanted
   */
  static Work prefill(ModelConfig config, int tokens, int judged) {
    double head = (double) config.vocabulary() * config.width();
    double pairs = tokens * (tokens + 1.0) / 2;
    return new Work(
        Float.BYTES * weights(config),
        2 * ((weights(config) - head) * tokens + head * judged) + attention(config) * pairs);
  }

  /** Weights that every token meets: the embedding is looked up, not multiplied. */
  private static double weights(ModelConfig config) {
    double embedding = (double) config.vocabulary() * config.width();
    return config.parameters() - (config.tiedEmbeddings() ? 0 : embedding);
  }

  /** Operations for one pair of a token and one that it sees: scores, and mixing the values. */
  private static double attention(ModelConfig config) {
    return 4.0 * config.layers() * config.heads() * config.headSize();
  }
}
