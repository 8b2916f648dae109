package io.verillm.protocol.draw;

import io.verillm.protocol.crypto.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Draws the positions that a challenge opens.
 *
 * <p>Each part opens up to 16 positions. Both parts of round 1 together open at most a third of
 * what the case answers for (but at least one position), so that round 2 finds positions that
 * nobody has opened. Part 1 takes, as far as the third allows, the segment's first and last
 * position, one uniform earlier position of the trace if there is an earlier one, and then uniform
 * positions of the segment without repetition. Part 2 and round 2 take uniform positions of the
 * segment that were never opened; where these run out, uniform earlier positions that the case
 * answers for and that were never opened.
 *
 * <p>A uniform choice removes the {@code below(n)}-th of the n remaining positions in ascending
 * order. After all positions are chosen, each gets, in ascending order, {@code below(boundaries -
 * 1)} as its boundary: any but the last, which is the final norm and always opened.
 */
public final class PositionDraw {

  /** Most positions that one part of a challenge opens. */
  public static final int POSITIONS_PER_PART = 16;

  /** Most positions that one challenge opens: a part, and again both parts of the first round. */
  public static final int POSITIONS_AT_ONCE_MAX = 3 * POSITIONS_PER_PART;

  private final RandomStream random;
  private final CaseSpan span;
  private final Set<Integer> opened;
  private final TreeSet<Integer> chosen = new TreeSet<>();

  private PositionDraw(Hash seed, CaseSpan span, Set<Integer> opened) {
    this.random = new RandomStream(seed);
    this.span = span;
    this.opened = Set.copyOf(opened);
  }

  /**
   * Round 1, part 1.
   *
   * @param seed {@link Draws#caseSeed} of the coordinator's VRF output over {@link Draws#challenge}
   * @param boundaries size of the boundary set with the final norm, at least 2
   */
  public static List<OpenedPosition> first(Hash seed, CaseSpan span, int boundaries) {
    PositionDraw draw = new PositionDraw(seed, span, Set.of());
    int limit = Math.min(POSITIONS_PER_PART, third(span.total()));
    draw.chooseFixed(limit);
    draw.choose(span.start(), span.end(), limit);
    return draw.withBoundaries(boundaries);
  }

  /**
   * Round 1, part 2: empty if part 1 used up the third.
   *
   * @param opened all positions opened so far
   */
  public static List<OpenedPosition> second(
      Hash seed, CaseSpan span, int boundaries, Set<Integer> opened) {
    return unopened(seed, span, boundaries, opened, third(span.total()) - opened.size());
  }

  /**
   * Round 2: empty if every position was opened.
   *
   * @param opened all positions opened so far
   */
  public static List<OpenedPosition> secondRound(
      Hash seed, CaseSpan span, int boundaries, Set<Integer> opened) {
    return unopened(seed, span, boundaries, opened, POSITIONS_PER_PART);
  }

  /** Whether {@link #second} opens anything, whatever the seed. */
  public static boolean leavesSecond(CaseSpan span, Set<Integer> opened) {
    return leavesSecond(span.total(), opened.size());
  }

  /** The same of a case that answers for so many positions, of which so many are opened. */
  public static boolean leavesSecond(int total, int opened) {
    return opened < third(total);
  }

  /** Whether {@link #secondRound} opens anything, whatever the seed. */
  public static boolean leavesSecondRound(CaseSpan span, Set<Integer> opened) {
    return !IntStream.range(0, span.end()).allMatch(opened::contains);
  }

  /** Whether a part 2 of this round would open anything: else who is unsure votes so at once. */
  public static boolean leavesPartTwo(int round, CaseSpan span, Set<Integer> opened) {
    return round == 1 ? leavesSecond(span, opened) : leavesSecondRound(span, opened);
  }

  private static List<OpenedPosition> unopened(
      Hash seed, CaseSpan span, int boundaries, Set<Integer> opened, int limit) {
    PositionDraw draw = new PositionDraw(seed, span, opened);
    int count = Math.min(POSITIONS_PER_PART, limit);
    draw.choose(span.start(), span.end(), count);
    draw.choose(0, span.start(), count);
    return draw.withBoundaries(boundaries);
  }

  private static int third(int total) {
    return Math.max(1, total / 3);
  }

  private void chooseFixed(int limit) {
    chosen.add(span.start());
    if (chosen.size() < limit) {
      chosen.add(span.end() - 1);
    }
    if (chosen.size() < limit && span.start() > 0) {
      chosen.add(random.below(span.start()));
    }
  }

  /** Chooses uniformly in [from, to) until {@code limit} are chosen or none is left. */
  private void choose(int from, int to, int limit) {
    List<Integer> remaining = new ArrayList<>();
    for (int position = from; position < to; position++) {
      if (!opened.contains(position) && !chosen.contains(position)) {
        remaining.add(position);
      }
    }
    while (chosen.size() < limit && !remaining.isEmpty()) {
      chosen.add(remaining.remove(random.below(remaining.size())));
    }
  }

  private List<OpenedPosition> withBoundaries(int boundaries) {
    if (boundaries < 2) {
      throw new IllegalArgumentException("a boundary set has at least 2, not " + boundaries);
    }
    return chosen.stream()
        .map(position -> new OpenedPosition(position, random.below(boundaries - 1)))
        .toList();
  }
}
