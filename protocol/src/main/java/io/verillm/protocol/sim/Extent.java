package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.protocol.draw.PositionDraw;

/**
 * How large the cases of a run were, each counted at its first challenge.
 *
 * @param cases that were challenged
 * @param positions all that they answer for
 * @param roomy cases in which a part 1 leaves positions for a part 2
 * @param partTwos second parts of either round, for checkers that were unsure
 */
public record Extent(long cases, long positions, long roomy, long partTwos) {
  static final Extent NONE = new Extent(0, 0, 0, 0);

  Extent plus(Challenge challenge) {
    if (challenge.getPart() == 2) {
      return new Extent(cases, positions, roomy, partTwos + 1);
    }
    if (challenge.getRound() == 2) {
      return this;
    }
    int segment = challenge.getSegment();
    int before = segment == 0 ? 0 : challenge.getEnds().get(segment - 1);
    int size = challenge.getSize() - before;
    boolean room = PositionDraw.leavesSecond(size, challenge.getPositions().size());
    return new Extent(cases + 1, positions + size, roomy + (room ? 1 : 0), partTwos);
  }

  Extent plus(Extent other) {
    return new Extent(
        cases + other.cases,
        positions + other.positions,
        roomy + other.roomy,
        partTwos + other.partTwos);
  }

  /** Positions of a case; 0 where there was none. */
  public double mean() {
    return cases == 0 ? 0 : (double) positions / cases;
  }
}
