package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  @Test
  void shouldGiveBackWhatEachPartyHasAndLoseNothing() {
    Map<String, Long> balances =
        Map.of(
            "genesis", -1_000L,
            "treasury", 300L,
            "requester:0123456789abcdef", 100L,
            "worker:w-01", 30L,
            "stake:w-01", 200L,
            "locked:w-01", 50L,
            "stake:w-02", 0L,
            "stake:w-03", 7L,
            "escrow:r-1", 303L,
            "bond:r-1/0", 10L);

    Holdings holdings = Holdings.of(balances);

    assertThat(holdings.arguments(Map.of("w-01", "ab01")))
        .containsExactly("requester:0123456789abcdef=100", "stake:w-01@ab01=280", "stake:w-03=7");
    assertThat(holdings.others()).contains("treasury 300", "313 of requests");
    long all = holdings.parties().values().stream().mapToLong(Long::longValue).sum();
    assertThat(all + holdings.treasury() + holdings.open()).isEqualTo(-balances.get("genesis"));
  }
}
