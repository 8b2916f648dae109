package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.check.Decision;
import io.verillm.protocol.check.RejectReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final JudgedCase ACCEPTED = judged(Decision.ACCEPT, Decision.ACCEPT, 16);
  private static final JudgedCase REJECTED = judged(Decision.REJECT, Decision.REJECT, 9);
  private static final JudgedCase CLEARED = judged(Decision.UNSURE, Decision.ACCEPT, 16);
  private static final JudgedCase CAUGHT_LATER = judged(Decision.UNSURE, Decision.REJECT, 16);

  @Test
  void shouldCountWhatEachPartOfTheChallengeShows() {
    Tally tally = Tally.of("int8", List.of(ACCEPTED, REJECTED, CLEARED, CAUGHT_LATER));

    assertThat(tally.cases()).isEqualTo(4);
    assertThat(tally.openedMost()).isEqualTo(16);
    assertThat(tally.rejected().mean()).isEqualTo(0.25);
    assertThat(tally.unsure().mean()).isEqualTo(0.5);
    assertThat(tally.rejectedLast().mean()).isEqualTo(0.5);
    assertThat(tally.notAccepted().mean()).isEqualTo(0.5);
    assertThat(tally.paperRejected().mean()).isZero();
    assertThat(tally.reasons()).isEqualTo(Map.of("MODEL", 2));
    assertThat(tally.ownText().mean()).isEqualTo(0.5);
  }

  @Test
  void shouldNotClaimThatWhatWasNeverSeenCannotBe() {
    Tally tally = Tally.of("honest", new ArrayList<>(Collections.nCopies(10_000, ACCEPTED)));

    assertThat(tally.rejected().mean()).isZero();
    assertThat(tally.rejected().high()).isBetween(3e-4, 5e-4);
  }

  private static JudgedCase judged(Decision first, Decision last, int opened) {
    return new JudgedCase(
        first,
        last,
        last == Decision.REJECT ? RejectReason.MODEL : null,
        Decision.ACCEPT,
        60,
        opened,
        List.of(1L, 2L),
        0,
        last == Decision.REJECT ? 7 : 0);
  }
}
