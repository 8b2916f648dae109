package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.topics.RequestOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestRowTest {
  @Test
  void shouldNotCallASegmentUncheckedThatOnlyEndsTheText() {
    assertThat(lines(verdict(List.of("ROWS", "END_TOKEN"), 0, 0)))
        .contains(
            "    policy calibrated c1; checked: ROWS, END_TOKEN; it only ends the text, so the"
                + " position before it was opened",
            "    not checked: nothing");
  }

  @Test
  void shouldSayThatNothingIsCheckedWhereNothingWasOpened() {
    assertThat(lines(verdict(List.of(), 0, 12)))
        .contains("    nothing was opened, so nothing is checked");
  }

  @Test
  void shouldCountOpenedPositions() {
    assertThat(lines(verdict(List.of("ROWS"), 4, 12)))
        .contains("    policy calibrated c1; checked: ROWS; 4 of 12 positions opened");
  }

  private static List<String> lines(Verdict verdict) {
    RequestOutcome told =
        new RequestOutcome(
            "r1", RequestOutcome.State.FINAL, "text", "ACCEPTED", "", List.of(), List.of());
    return RequestRow.of("prompt", told, List.of(verdict)).lines();
  }

  private static Verdict verdict(List<String> tests, int opened, int positions) {
    return new Verdict(
        "r1",
        0,
        1,
        VerdictOutcome.ACCEPTED,
        true,
        "",
        5L,
        "calibrated",
        "c1",
        tests,
        opened,
        positions,
        List.of(),
        List.of(),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }
}
