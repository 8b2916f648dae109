package io.verillm.protocol.sampling;

import java.nio.ByteBuffer;

/**
 * How a request's tokens are chosen.
 *
 * @param temperature 0 for the highest logit, else in [0.001, 100]
 * @param topK candidates, 1..64
 * @param topP probability mass kept among the candidates, in (0, 1]
 */
public record SamplingParameters(double temperature, int topK, double topP) {

  /** Most candidates. */
  public static final int MAX_TOP_K = 64;

  /** Smallest temperature above 0: keeps every quotient of a float logit finite. */
  public static final double MIN_TEMPERATURE = 0.001;

  /** Largest temperature. */
  public static final double MAX_TEMPERATURE = 100;

  /** Bytes of {@link #encode}. */
  public static final int ENCODED_LENGTH = Double.BYTES + Integer.BYTES + Double.BYTES;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException for NaN, infinities, negative numbers, -0 and everything out
   *     of range
   */
  public SamplingParameters {
    boolean greedy = Double.doubleToRawLongBits(temperature) == 0;
    if (!greedy && !(temperature >= MIN_TEMPERATURE && temperature <= MAX_TEMPERATURE)) {
      throw new IllegalArgumentException("temperature is 0 or in [0.001, 100], not " + temperature);
    }
    if (topK < 1 || topK > MAX_TOP_K) {
      throw new IllegalArgumentException("top_k is in 1..64, not " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top_p is in (0, 1], not " + topP);
    }
  }

  /** The highest logit, always. */
  public static SamplingParameters greedy() {
    return new SamplingParameters(0, 1, 1);
  }

  /** Whether the temperature is 0. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /**
   * Temperature (8 bytes), top_k (4), top_p (8), big endian; every valid value has one encoding.
   */
  public byte[] encode() {
    return ByteBuffer.allocate(ENCODED_LENGTH)
        .putDouble(temperature)
        .putInt(topK)
        .putDouble(topP)
        .array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException for another length or values out of range
   */
  public static SamplingParameters decode(byte[] encoded) {
    if (encoded.length != ENCODED_LENGTH) {
      throw new IllegalArgumentException(
          "sampling parameters have 20 bytes, not " + encoded.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(encoded);
    return new SamplingParameters(buffer.getDouble(), buffer.getInt(), buffer.getDouble());
  }
}
