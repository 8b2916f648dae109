package io.verillm.protocol.flag;

import io.verillm.events.FlagKind;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.RandomStream;

/**
 * Which flags a sentinel owes: its VRF over the scoring epoch and a slot decides, so it can neither
 * choose them nor deny them. A duty, never an excuse: a BAD flag that it does not owe is a cheat.
 *
 * @param bad BAD flags among 10,000 slots
 * @param good GOOD flags among 10,000 slots
 */
public record FlagDuty(int bad, int good) {
  /** Slots that the rates refer to. */
  public static final int PER_SLOTS = 10_000;

  /** Refuses rates that do not fit the slots. */
  public FlagDuty {
    if (bad < 0 || good < 0 || bad > PER_SLOTS - good) {
      throw new IllegalArgumentException(
          "%d BAD and %d GOOD flags of %d slots".formatted(bad, good, PER_SLOTS));
    }
  }

  /** Input of {@code VRF_sentinel("flag", scoring epoch, slot)}. */
  public static byte[] alpha(long scoringEpoch, int slot) {
    return HashInput.of("flag").add(scoringEpoch).add(slot).bytes();
  }

  /** What is owed in the slot whose VRF output this is. */
  public FlagKind owed(Hash vrfOutput) {
    int drawn = new RandomStream(vrfOutput).below(PER_SLOTS);
    if (drawn < bad) {
      return FlagKind.BAD;
    }
    return drawn < bad + good ? FlagKind.GOOD : FlagKind.NONE;
  }
}
