package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GrindingTest {
  private static final Grinding GRINDING = new Grinding(FinishedRun.of(3));

  @Test
  void shouldGiveAGrindingSealerNoMoreSeatsThanChanceWhileOneWitnessIsHonest() {
    assertThat(Grinding.isFair(GRINDING.allies(Map.of()))).isTrue();
  }

  /** The same code, keys and seals: without the witness the attack is there, and is told. */
  @Test
  void shouldFindThatItTakesMostSeatsOnceTheHonestWitnessIsRemoved() {
    double seats = GRINDING.allies(GRINDING.removed());

    assertThat(seats).isGreaterThan(0.7);
    assertThat(Grinding.isFair(seats)).isFalse();
  }
}
