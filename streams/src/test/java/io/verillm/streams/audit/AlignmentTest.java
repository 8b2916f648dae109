package io.verillm.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  @Test
  void shouldPairWhatBothHaveAroundAGapOnEitherSide() {
    Alignment<String, String> aligned = align(List.of("a", "x", "c", "d"), List.of("a", "b", "c"));

    assertThat(aligned.pairs()).extracting(Alignment.Pair::first).containsExactly("a", "c");
    assertThat(aligned.onlyFirst()).containsExactly("x", "d");
    assertThat(aligned.onlySecond()).containsExactly("b");
  }

  @Test
  void shouldPairEachOfTwoWithOneNameOnce() {
    Alignment<String, String> aligned = align(List.of("a", "a"), List.of("a"));

    assertThat(aligned.pairs()).hasSize(1);
    assertThat(aligned.onlyFirst()).containsExactly("a");
  }

  @Test
  void shouldNotPairWhatChangedPlaces() {
    Alignment<String, String> aligned = align(List.of("b", "a"), List.of("a", "b"));

    assertThat(aligned.pairs()).hasSize(1);
    assertThat(aligned.onlyFirst()).containsExactly("a");
    assertThat(aligned.onlySecond()).containsExactly("a");
  }

  private static Alignment<String, String> align(List<String> first, List<String> second) {
    return Alignment.of(first, Function.identity(), second, Function.identity());
  }
}
