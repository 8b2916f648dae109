package io.verillm.topics;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Request ids: UUID version 7 (RFC 9562, 5.7), made by the client from its clock and 74 random
 * bits.
 */
public final class RequestIds {
  private static final int VERSION = 7;
  private static final int VARIANT = 2;

  private final Clock clock;
  private final RandomGenerator random;

  /** Ids from this clock and this randomness. */
  public RequestIds(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A fresh id in its canonical text of 36 characters. */
  public String next() {
    long time = clock.millis() & 0xFFFF_FFFF_FFFFL;
    long high = (time << 16) | (VERSION << 12) | (random.nextLong() & 0xFFF);
    long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /**
   * The UUID of a request id. Only the canonical lower-case text of a version 7 UUID is one, so
   * that one id has one key.
   */
  public static Optional<UUID> parse(String requestId) {
    try {
      UUID uuid = UUID.fromString(requestId);
      boolean canonical = uuid.toString().equals(requestId);
      return canonical && uuid.version() == VERSION && uuid.variant() == VARIANT
          ? Optional.of(uuid)
          : Optional.empty();
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** When the client says that it made this id. */
  static Instant madeAt(UUID requestId) {
    return Instant.ofEpochMilli(requestId.getMostSignificantBits() >>> 16);
  }
}
