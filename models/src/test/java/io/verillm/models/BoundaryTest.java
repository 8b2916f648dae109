package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundaryTest {

  @ParameterizedTest
  @CsvSource({
    "1, block1 norm",
    "7, block7 norm",
    "8, block8 norm",
    "12, block8 block12 norm",
    "16, block8 block16 norm",
    "17, block8 block16 block17 norm"
  })
  void shouldTakeEveryEighthBlockTheLastAndTheNormOnce(int layers, String names) {
    assertThat(Boundary.setOf(layers).stream().map(Boundary::name))
        .containsExactly(names.split(" "));
    assertThat(Boundary.setOf(layers).getLast().output())
        .isEqualTo("boundary." + (names.split(" ").length - 1));
  }
}
