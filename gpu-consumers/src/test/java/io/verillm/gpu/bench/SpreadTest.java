package io.verillm.gpu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void shouldTakeTheMiddleAndBothEnds() {
    assertThat(Spread.of(3, 1, 10)).isEqualTo(new Spread(3, 1, 10, 3));
    assertThat(Spread.of(4, 1, 2, 8)).isEqualTo(new Spread(3, 1, 8, 4));
    assertThat(Spread.of(5)).isEqualTo(new Spread(5, 5, 5, 1));
  }

  @Test
  void shouldRefuseWhatIsNoMeasurement() {
    assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Spread.of(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
