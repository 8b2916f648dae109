package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;

/**
 * An epoch whose seal and beacon were verified.
 *
 * @param epoch its number
 * @param tick its time, {@code seal time / 250 ms}
 * @param seal its ranges
 * @param randomness what its draws come from
 */
public record ClosedEpoch(long epoch, long tick, Seal seal, Hash randomness) {
  /** Milliseconds of one tick. */
  public static final long TICK_MILLIS = 250;

  /** The tick of a seal's time. */
  public static long tickOf(Seal seal) {
    return Math.floorDiv(seal.getTimeMillis(), TICK_MILLIS);
  }
}
