package io.verillm.protocol.shard;

/**
 * Case time: what deadlines count, in ticks. It is seal time without outages. A sealer, a witness
 * or a coordinator that is down must not cost workers anything, and all three can be told from
 * seals alone: the first two leave a gap between seals, the third adds nothing to the journal.
 */
final class CaseClock {
  /**
   * Most ticks from one counted epoch to the next: 5 s. While a case is open seals come every 250
   * ms, so longer gaps are outages; an idle log, sealed every 10 s, has no case whose time counts.
   */
  static final int STEP_TICKS_MAX = 20;

  private long ticks;
  private long lastTick = -1;
  private long issued = -1;

  /** Case time so far. */
  long ticks() {
    return ticks;
  }

  /**
   * An epoch was closed. One in which the coordinator was silent counts with the next in which it
   * was not, so a journal entry that comes one seal later takes no time away.
   *
   * @param tick tick of its seal, never below that of the epoch before
   * @param coordinatorSpoke whether its seal covers journal entries of this shard
   */
  void closed(long tick, boolean coordinatorSpoke) {
    if (lastTick < 0) {
      lastTick = tick;
    }
    if (coordinatorSpoke) {
      ticks += Math.min(tick - lastTick, STEP_TICKS_MAX);
      lastTick = tick;
    }
  }

  /**
   * The coordinator says that all that follows from an epoch's tick is on the log.
   *
   * @param epoch that epoch
   * @param current the epoch whose seal covers what it says
   * @return false where it cannot be: an epoch that is not applied yet, or was spoken of before
   */
  boolean issued(long epoch, long current) {
    if (epoch <= issued || epoch >= current) {
      return false;
    }
    issued = epoch;
    return true;
  }

  /** Whether what began at an epoch's tick is known to be on the log. */
  boolean hasIssued(long epoch) {
    return epoch <= issued;
  }
}
