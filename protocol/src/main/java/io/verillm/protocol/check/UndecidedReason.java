package io.verillm.protocol.check;

import java.util.Arrays;

/** Why a case ends INCONCLUSIVE by no doing of its author: nobody was there to decide it. */
public enum UndecidedReason {
  /** The coordinator gave a worker another task than was accepted. */
  COORDINATOR_INPUT,
  /** The coordinator shows nothing that the answer could follow from. */
  OUTPUT_LOST,
  /** Too few workers are left for a second round. */
  NO_SECOND_COMMITTEE,
  /** Every position was opened. */
  NO_POSITIONS_LEFT;

  /** Whether a verdict's reason is this one. */
  public boolean is(String reason) {
    return name().equals(reason);
  }

  /** Whether a verdict's reason is any of these. */
  public static boolean isAny(String reason) {
    return Arrays.stream(values()).anyMatch(one -> one.is(reason));
  }
}
