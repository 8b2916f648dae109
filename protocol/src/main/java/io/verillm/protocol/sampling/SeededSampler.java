package io.verillm.protocol.sampling;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.ByteBuffer;

/**
 * Chooses tokens as a function of logits and public values alone (Gumbel-max), the same to the bit
 * everywhere: double arithmetic and {@link StrictMath}.
 *
 * <p>Candidates are the min(top_k, vocabulary) highest logits (ties: lowest id). With w_i =
 * exp((l_i - l_0) / T) in that order, summed in that order, candidate i is allowed if the sum of w
 * before it is below top_p times the sum of all; the first always is, and top_p = 1 allows all. The
 * choice maximises {@code l / T - ln(-ln u(t, v))} over allowed v (ties: lowest id); at T = 0 it is
 * the highest logit (ties: lowest id).
 */
public final class SeededSampler {

  private SeededSampler() {}

  /**
   * The token at {@code position}.
   *
   * @param logits one finite logit per vocabulary entry, computed at position - 1
   * @param position absolute position of the token that is chosen
   * @throws IllegalArgumentException if there are no logits or one is not finite
   */
  public static int sample(float[] logits, SamplingParameters parameters, Hash seed, int position) {
    return SampledPosition.of(logits, parameters, seed, position).choice();
  }

  /** {@code logit / T - ln(-ln u)}. */
  static double score(
      double logit, SamplingParameters parameters, Hash seed, int position, int tokenId) {
    double noise = -StrictMath.log(-StrictMath.log(u(seed, position, tokenId)));
    return logit / parameters.temperature() + noise;
  }

  /**
   * {@code u(t, v) = (2r + 1) / 2^53} in (0, 1), r = the first 52 bits of SHA-256(seed, t, v): 32
   * bytes of seed, then t and v as 4 bytes each, big endian.
   */
  public static double u(Hash seed, int position, int tokenId) {
    byte[] message =
        ByteBuffer.allocate(Hash.LENGTH + 2 * Integer.BYTES)
            .put(seed.bytes())
            .putInt(position)
            .putInt(tokenId)
            .array();
    long r = ByteBuffer.wrap(Hashing.sha256(message).bytes()).getLong() >>> 12;
    return (2 * r + 1) * 0x1p-53;
  }
}
