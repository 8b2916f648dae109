package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.money.Parameters;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitOptionTest {
  @Test
  void shouldWaitForAnAnswerBehindTheWaitForWorkersThatRest() {
    Parameters standard = Parameters.standard();

    assertThat(WaitOption.seconds(null, Optional.of(standard))).isEqualTo(300);
    assertThat(WaitOption.seconds(null, Optional.of(standard.withWaitTicks(3_600))))
        .isEqualTo(1_200);
    assertThat(WaitOption.seconds(7L, Optional.of(standard.withWaitTicks(3_600)))).isEqualTo(7);
    assertThat(WaitOption.seconds(null, Optional.empty())).isEqualTo(300);
  }
}
