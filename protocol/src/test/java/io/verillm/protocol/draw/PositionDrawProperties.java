package io.verillm.protocol.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PositionDrawProperties {

  @Property(tries = 300)
  void partsAreDisjointSortedAndWithinTheirLimits(
      @ForAll long seed,
      @ForAll @IntRange(max = 150) int start,
      @ForAll @IntRange(min = 1, max = 150) int length,
      @ForAll boolean later,
      @ForAll @IntRange(min = 2, max = 9) int boundaries) {
    CaseSpan span = new CaseSpan(start, start + length, later ? length : start + length);
    Set<Integer> opened = new HashSet<>();

    List<OpenedPosition> first = PositionDraw.first(hash(seed, 1), span, boundaries);
    open(first, opened, span, boundaries);
    boolean leavesSecond = PositionDraw.leavesSecond(span, opened);
    List<OpenedPosition> second = PositionDraw.second(hash(seed, 2), span, boundaries, opened);
    assertThat(leavesSecond).isEqualTo(!second.isEmpty());
    open(second, opened, span, boundaries);
    int third = Math.max(1, span.total() / 3);
    assertThat(opened).hasSizeLessThanOrEqualTo(third);

    while (PositionDraw.leavesSecondRound(span, opened)) {
      int left = span.end() - opened.size();
      List<OpenedPosition> last = PositionDraw.secondRound(hash(seed, 3), span, boundaries, opened);
      open(last, opened, span, boundaries);
      assertThat(last).hasSize(Math.min(PositionDraw.POSITIONS_PER_PART, left)).isNotEmpty();
    }
    assertThat(PositionDraw.secondRound(hash(seed, 3), span, boundaries, opened)).isEmpty();
  }

  @Property(tries = 300)
  void firstPartOpensBothEndsAndOneEarlierPosition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 150) int start,
      @ForAll @IntRange(min = 10, max = 150) int length) {
    CaseSpan span = new CaseSpan(start, start + length, start + length);
    List<Integer> positions =
        PositionDraw.first(hash(seed, 1), span, 4).stream().map(OpenedPosition::position).toList();
    assertThat(positions).contains(start, start + length - 1);
    assertThat(positions).filteredOn(position -> position < start).hasSize(1);
  }

  private static Hash hash(long seed, int part) {
    return HashInput.of("seed").add(seed).add(part).hash();
  }

  private static void open(
      List<OpenedPosition> part, Set<Integer> opened, CaseSpan span, int boundaries) {
    assertThat(part)
        .hasSizeLessThanOrEqualTo(PositionDraw.POSITIONS_PER_PART)
        .isSortedAccordingTo((a, b) -> Integer.compare(a.position(), b.position()));
    for (OpenedPosition position : part) {
      assertThat(position.position()).isLessThan(span.end());
      assertThat(position.boundary()).isLessThan(boundaries - 1);
      assertThat(opened.add(position.position())).isTrue();
    }
  }
}
