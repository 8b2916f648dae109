package io.verillm.protocol.sim;

import io.verillm.protocol.money.Parameters;

/**
 * By when something must come of a request that is in a phase, in ticks from when it came there.
 *
 * @param prefill to a worker's PREFILL
 * @param segment to a segment's output, and from a grant to its acceptance
 * @param answers to a challenge's openings and then the votes
 * @param dispute from a verdict to the next or the last
 * @param flag from the last verdict to the settlement
 */
record Deadlines(int prefill, int segment, int answers, int dispute, int flag) {
  /**
   * A wait begins and ends with an epoch, and begins when the epoch of its event is closed; two
   * waits follow upon a challenge, and a bond is answered through the log.
   */
  private static final int EPOCHS = 4;

  static Deadlines of(Parameters p, int ticksPerEpoch) {
    int slack = EPOCHS * ticksPerEpoch;
    return new Deadlines(
        p.prefillTicks() + slack,
        p.segmentTicks() + slack,
        p.openingTicks() + p.voteTicks() + slack,
        p.disputeTicks() + slack,
        p.flagTicks() + slack);
  }
}
