package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittedTest {
  private static final String UUID = "019b76da-a800-7cc1-afba-e3685963bb19";
  private static final Fitted TABLE =
      new Fitted(List.of("request", "model", "n"), List.of(List.of(UUID, "ab".repeat(32), "42")));

  @Test
  void shouldCutNothingWhereThereIsRoomOrNoTerminal() {
    assertThat(TABLE.lines(Fitted.ANY_WIDTH).get(1)).contains(UUID).contains("ab".repeat(32));
    assertThat(TABLE.lines(120)).isEqualTo(TABLE.lines(Fitted.ANY_WIDTH));
  }

  @Test
  void shouldKeepTheEndsOfIdsInANarrowTerminal() {
    assertThat(TABLE.lines(60).get(1))
        .startsWith("\u2026e3685963bb19")
        .endsWith("42")
        .hasSizeLessThanOrEqualTo(60);
  }

  @Test
  void shouldPutOneValueOnALineWhereCuttingDoesNotHelp() {
    Fitted broad =
        new Fitted(Collections.nCopies(14, "column"), List.of(Collections.nCopies(14, "value")));

    assertThat(broad.lines(80)).hasSize(15).contains("-- 1 of 1", "column  value");
  }
}
