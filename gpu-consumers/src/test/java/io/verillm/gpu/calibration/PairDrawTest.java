package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairDrawTest {
  private static final CalibrationPlan PLAN = CalibrationPlan.of("builtin");
  private static final List<int[]> PROMPTS =
      List.of(new int[] {10}, new int[] {11}, new int[] {12}, new int[] {13});

  @Test
  void shouldDrawTheSameForTheSameIndex() {
    assertThat(draw(PLAN, CalibrationSet.REPORT, 7))
        .usingRecursiveComparison()
        .isEqualTo(draw(PLAN, CalibrationSet.REPORT, 7));
  }

  @Test
  void shouldDrawOtherwiseForAnotherIndexSetOrSeed() {
    PairDraw draw = draw(PLAN, CalibrationSet.REPORT, 7);

    assertThat(draw(PLAN, CalibrationSet.REPORT, 8).seed()).isNotEqualTo(draw.seed());
    assertThat(draw(PLAN, CalibrationSet.TUNING, 7).seed()).isNotEqualTo(draw.seed());
    assertThat(draw(PLAN.withSeed(1), CalibrationSet.REPORT, 7).seed()).isNotEqualTo(draw.seed());
  }

  @Test
  void shouldGiveNoTextToBothSets() {
    Set<Integer> tuning = new HashSet<>();
    Set<Integer> report = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      tuning.add(draw(PLAN, CalibrationSet.TUNING, i).prompt()[0]);
      report.add(draw(PLAN, CalibrationSet.REPORT, i).prompt()[0]);
    }

    assertThat(tuning).containsExactlyInAnyOrder(10, 12);
    assertThat(report).containsExactlyInAnyOrder(11, 13);
  }

  @Test
  void shouldStayWithinTheModelsContext() {
    for (int i = 0; i < 200; i++) {
      PairDraw draw = draw(PLAN, CalibrationSet.TUNING, i);
      assertThat(draw.prompt().length + draw.tokens()).isLessThanOrEqualTo(20);
      assertThat(IntStream.of(draw.prompt()).max().getAsInt()).isLessThan(100);
      assertThat(draw.below(5)).isBetween(0, 4);
    }
  }

  @Test
  void shouldLengthenPromptsToNearlyFillTheContext() {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      PairDraw draw = PairDraw.of(PLAN, PROMPTS, CalibrationSet.REPORT, i, 4096, 100);
      PairDraw longer = draw.lengthened(4096, 100);
      lengths.add(longer.prompt().length + longer.tokens());
      assertThat(longer.prompt()).startsWith(draw.prompt());
      assertThat(longer.tokens()).isEqualTo(draw.tokens());
      assertThat(IntStream.of(longer.prompt()).max().getAsInt()).isLessThan(100);
    }

    assertThat(Collections.max(lengths)).isBetween(1000, PairDraw.LONG_POSITIONS);
    assertThat(Collections.min(lengths)).isBetween(PairDraw.LONG_POSITIONS / 2, 600);
  }

  private static PairDraw draw(CalibrationPlan plan, CalibrationSet set, int index) {
    return PairDraw.of(plan, PROMPTS, set, index, 20, 100);
  }
}
