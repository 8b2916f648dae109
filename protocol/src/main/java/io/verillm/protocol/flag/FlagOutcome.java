package io.verillm.protocol.flag;

import io.verillm.events.FlagKind;
import io.verillm.events.VerdictOutcome;

/** What a flag is worth once its request is final. */
public enum FlagOutcome {
  /** No flag, or one that nobody opened. */
  NONE,
  /** The verdict agrees with the flag: who voted otherwise pays. */
  COUNTED,
  /** The verdict does not agree: nobody pays but the bond. */
  VOID;

  /**
   * A flag counts only if the last verdict agrees with it: the flag is its maker's word, and its
   * maker must not be able to fine those who were right.
   */
  public static FlagOutcome of(FlagKind kind, VerdictOutcome last) {
    return switch (kind) {
      case NONE -> NONE;
      case BAD -> last == VerdictOutcome.REJECTED ? COUNTED : VOID;
      case GOOD -> last == VerdictOutcome.ACCEPTED ? COUNTED : VOID;
    };
  }
}
