package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  private static final String LONGEST = "a".repeat(MoneyLimits.ID_CHARS_MAX);

  @ParameterizedTest
  @ValueSource(strings = {"a", "Z", "0", "settle/0190-7000/1", "close/7", "a:._/#-", "lock/Az09"})
  void shouldTakeIdsOfCommands(String id) {
    assertThat(Checks.isCommandId(id)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "-a", "a b", "a\n", "\u00e4", "a\u00e9", "a@", "a[", "a`", "a{"})
  void shouldRefuseOtherIdsOfCommands(String id) {
    assertThat(Checks.isCommandId(id)).isFalse();
  }

  @Test
  void shouldTakeIdsUpToTheirLimit() {
    assertThat(Checks.isCommandId(LONGEST)).isTrue();
    assertThat(Checks.isCommandId(LONGEST + "a")).isFalse();
  }

  @Test
  void shouldTakeFewerCharsInIdsOfRequests() {
    assertThatCode(() -> Checks.request("A-z_0.9", 0)).doesNotThrowAnyException();
    for (String id : new String[] {"", ".a", "a/b", "a:b", "a#b", LONGEST + "a"}) {
      assertThatThrownBy(() -> Checks.request(id, 0))
          .as(id)
          .isInstanceOf(RefusedCommand.class)
          .extracting(e -> ((RefusedCommand) e).refusal())
          .isEqualTo(Refusal.BAD_ID);
    }
    assertThatThrownBy(() -> Checks.request("a", -1)).isInstanceOf(RefusedCommand.class);
  }
}
