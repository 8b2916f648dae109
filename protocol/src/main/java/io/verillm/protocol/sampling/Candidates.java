package io.verillm.protocol.sampling;

/**
 * The highest logits of one position in descending order (ties: lowest id first): the K candidates
 * and the one after them, with their softmax weights at the temperature.
 */
final class Candidates {

  private final int[] ids;
  private final double[] logits;
  private final double[] weights;
  private final int size;
  private final double total;
  private final SamplingParameters parameters;

  private Candidates(int[] ids, double[] logits, int found, SamplingParameters parameters) {
    this.ids = ids;
    this.logits = logits;
    this.parameters = parameters;
    this.size = Math.min(found, parameters.topK());
    this.weights = new double[size];
    double sum = 0;
    if (!parameters.isGreedy()) {
      for (int i = 0; i < size; i++) {
        weights[i] = StrictMath.exp((logits[i] - logits[0]) / parameters.temperature());
        sum += weights[i];
      }
    }
    this.total = sum;
  }

  /**
   * Selects in one pass.
   *
   * @throws IllegalArgumentException if there is no logit, or one is NaN or infinite
   */
  static Candidates of(float[] vocabulary, SamplingParameters parameters) {
    if (vocabulary.length == 0) {
      throw new IllegalArgumentException("no logits");
    }
    int capacity = Math.min(vocabulary.length, parameters.topK() + 1);
    int[] ids = new int[capacity];
    double[] logits = new double[capacity];
    int found = 0;
    // Nearly all logits are below the candidates: they take one look, in single precision.
    float least = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < vocabulary.length; id++) {
      float logit = vocabulary[id];
      if (logit <= least && logit >= -Float.MAX_VALUE) {
        continue;
      }
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException("the logit of token " + id + " is " + logit);
      }
      if (found < capacity) {
        found++;
      }
      int at = found - 1;
      for (; at > 0 && logits[at - 1] < logit; at--) {
        logits[at] = logits[at - 1];
        ids[at] = ids[at - 1];
      }
      logits[at] = logit;
      ids[at] = id;
      if (found == capacity) {
        least = (float) logits[capacity - 1];
      }
    }
    return new Candidates(ids, logits, found, parameters);
  }

  int id(int rank) {
    return ids[rank];
  }

  double logit(int rank) {
    return logits[rank];
  }

  /** Number of candidates, K or the vocabulary if that is smaller. */
  int size() {
    return size;
  }

  /** Number of candidates inside top-p: those before which less than top_p of the mass lies. */
  int allowed() {
    if (parameters.topP() == 1) {
      return size;
    }
    double before = 0;
    int count = 0;
    while (count < size && (count == 0 || before < parameters.topP() * total)) {
      before += weights[count++];
    }
    return count;
  }

  /** The rank of a token among the candidates, or {@link #size} if it is none. */
  int rankOf(int tokenId) {
    int rank = 0;
    while (rank < size && ids[rank] != tokenId) {
      rank++;
    }
    return rank;
  }

  /**
   * Whether a token with this logit could be a candidate if logits moved against each other by the
   * band.
   */
  boolean possiblyAllowed(double logit, double band) {
    if (size < logits.length && logit < logits[size - 1] - band) {
      return false;
    }
    double before = 0;
    for (int i = 0; i < size && logits[i] > logit + band; i++) {
      before += weights[i];
    }
    return insideTopP(before, -band);
  }

  /** Whether the candidate stays one if logits move against each other by the band. */
  boolean surelyAllowed(int rank, double band) {
    if (rank >= size || (size < logits.length && logits[rank] - logits[size] < band)) {
      return false;
    }
    double before = 0;
    for (int i = 0; i < size && (i < rank || logits[i] >= logits[rank] - band); i++) {
      if (i != rank && (band > 0 || i < rank)) {
        before += weights[i];
      }
    }
    return insideTopP(before, band);
  }

  /** Whether the share of the mass {@code before}, once its logits have shifted, is below top_p. */
  private boolean insideTopP(double before, double shift) {
    if (parameters.topP() == 1 || before == 0) {
      return true;
    }
    double shifted = before * StrictMath.exp(shift / parameters.temperature());
    return shifted < parameters.topP() * (shifted + (total - before));
  }
}
