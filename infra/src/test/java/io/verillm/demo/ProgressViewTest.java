package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressViewTest {
  private static final String COUNTS =
      "queued 12, generated 21, committed 21, challenged 12, decided 12";

  @Test
  void shouldShowAllCountsOnAUsualTerminal() {
    String half = ProgressView.Bar.line(0.5, COUNTS, 80);

    assertThat(half).isEqualTo("[======      ] " + COUNTS).hasSizeLessThan(80);
  }

  @Test
  void shouldNotGrowWithoutEnd() {
    assertThat(ProgressView.Bar.line(1, COUNTS, 500)).startsWith("[" + "=".repeat(40) + "] ");
    assertThat(ProgressView.Bar.line(0, COUNTS, 20)).startsWith("[     ] queued");
  }
}
