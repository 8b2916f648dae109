package io.verillm.protocol.draw;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.ByteBuffer;

/**
 * Uniform numbers from a 32-byte seed, the same for everybody. Word i is the first 8 bytes, big
 * endian, of SHA-256(seed, i as 8 bytes big endian), without its lowest bit: 63 bits. Not safe for
 * use by several threads.
 */
public final class RandomStream {

  private final Hash seed;
  private long counter;

  /** Starts at word 0. */
  public RandomStream(Hash seed) {
    this.seed = seed;
  }

  /**
   * A uniform number in [0, bound). A word at or above the largest multiple of the bound below 2^63
   * is thrown away and the next one taken, so there is no bias.
   */
  public long below(long bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("no number lies in [0, " + bound + ")");
    }
    long excess = (Long.MAX_VALUE % bound + 1) % bound;
    long largest = Long.MAX_VALUE - excess;
    while (true) {
      long word = next();
      if (word <= largest) {
        return word % bound;
      }
    }
  }

  /** {@link #below} for an int bound. */
  public int below(int bound) {
    return (int) below((long) bound);
  }

  private long next() {
    ByteBuffer block =
        ByteBuffer.allocate(Hash.LENGTH + Long.BYTES).put(seed.bytes()).putLong(counter++);
    return ByteBuffer.wrap(Hashing.sha256(block.array()).bytes()).getLong() >>> 1;
  }
}
