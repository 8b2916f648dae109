package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ParametersTest {
  private final Parameters parameters = Parameters.standard();

  @Test
  void shouldHoldTheTable() {
    assertThat(parameters)
        .isEqualTo(
            new Parameters(
                1,
                100,
                7_200,
                300,
                10_000,
                10_000,
                17_200,
                500,
                100_300,
                100_300,
                240,
                2_400,
                120,
                120,
                240,
                0,
                DutyTerms.NONE));
    assertThat(Parameters.standardOfSeven().peerWeight()).isEqualTo(4_100);
    assertThat(Parameters.standardOfSeven().lock()).isEqualTo(99_500);
    assertThat(Parameters.demo()).isEqualTo(parameters.withDisputeTicks(8));
  }

  @Test
  void shouldCoverEverySlashAndTheWorstPeerPaymentByTheLock() {
    assertThat(parameters.lock())
        .isGreaterThanOrEqualTo(parameters.slashOpening())
        .isGreaterThanOrEqualTo(parameters.slashAuthor())
        .isGreaterThanOrEqualTo(parameters.slashBadFlag() + parameters.peerWeight());
  }

  @Test
  void shouldSurviveItsEvent() {
    assertThat(Parameters.of(parameters.toEvent())).isEqualTo(parameters);
    Parameters flagged =
        parameters.withFlagTicks(20).withDuties(new DutyTerms(2_400, 1, 1_000, 600));
    assertThat(Parameters.of(flagged.toEvent())).isEqualTo(flagged);
  }

  @Test
  void shouldRoundTheReserveUp() {
    assertThat(Parameters.price(10, 20)).isEqualTo(200);
    assertThat(parameters.escrow(200, 3)).isEqualTo(200 + 900 + 220);
    assertThat(parameters.escrow(201, 3)).isEqualTo(201 + 900 + 221);
    assertThat(parameters.escrow(0, 0)).isZero();
  }

  @Test
  void shouldFindTheReserveInsideAnyEscrow() {
    for (long price = 0; price < 1_000; price++) {
      long escrow = parameters.escrow(price, 3);
      assertThat(Parameters.reserveOf(escrow)).isEqualTo(escrow - price - 900);
    }
  }

  @Test
  void shouldRefuseDutiesThatDoNotFit() {
    assertThatThrownBy(() -> new DutyTerms(1, 1, 9_000, 1_001)).hasMessageContaining("9000 BAD");
    assertThatThrownBy(() -> new DutyTerms(-1, 1, 0, 0)).hasMessageContaining("-1 ticks");
    assertThatThrownBy(() -> new DutyTerms(1, 4_097, 0, 0)).hasMessageContaining("4097 slots");
  }

  @Test
  void shouldRefuseAPriceThatDoesNotFit() {
    assertThatThrownBy(() -> Parameters.price(Integer.MAX_VALUE, Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> parameters.escrow(Long.MAX_VALUE, 1))
        .isInstanceOf(ArithmeticException.class);
  }
}
