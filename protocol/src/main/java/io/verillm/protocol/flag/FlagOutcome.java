package io.verillm.protocol.flag;

import io.verillm.events.FlagKind;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.RejectReason;
import io.verillm.protocol.check.UndecidedReason;

/** What a flag is worth once its request is final. */
public enum FlagOutcome {
  /** No flag, one that nobody opened, or one that nobody could look at. */
  NONE,
  /** The verdict agrees with the flag: who voted otherwise pays. */
  COUNTED,
  /** The verdict does not agree, or its author hid the answer: nobody pays but the author. */
  VOID;

  /**
   * A flag counts only if the last verdict agrees with it: the flag is its maker's word, and its
   * maker must not be able to fine those who were right. A BAD one does not count where its author
   * opened nothing, or nothing that fits: what nobody could see was not there to be found, and an
   * honest answer can be hidden as well. Where the case ended as {@link UndecidedReason} the flag
   * is worth nothing either way: its sentinel has done its duty, and gains nothing by it.
   *
   * @param last the last verdict
   */
  public static FlagOutcome of(FlagKind kind, Verdict last) {
    if (UndecidedReason.isAny(last.getReason())) {
      return NONE;
    }
    return switch (kind) {
      case NONE -> NONE;
      case BAD -> last.getOutcome() == VerdictOutcome.REJECTED && !isHidden(last) ? COUNTED : VOID;
      case GOOD -> last.getOutcome() == VerdictOutcome.ACCEPTED ? COUNTED : VOID;
    };
  }

  private static boolean isHidden(Verdict last) {
    return last.getReason().equals(RejectReason.UNAVAILABLE.name());
  }
}
