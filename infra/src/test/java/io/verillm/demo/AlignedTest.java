package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlignedTest {
  @Test
  void shouldAlignNumbersToTheRightAndNamesToTheLeft() {
    assertThat(new Aligned().row("id", "paid").row("w-01", 7).row("w", 12345).lines(1))
        .containsExactly("id     paid", "w-01      7", "w     12345");
  }
}
