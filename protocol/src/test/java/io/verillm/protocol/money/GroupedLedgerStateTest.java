package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroupedLedgerStateTest {
  private final GroupedLedgerState state = new GroupedLedgerState();

  @Test
  void shouldListKeysWithAPrefixThatEndsInsideTheirKind() {
    state.put("vote/w-01/7", "a");
    state.put("vote/w-01/12", "b");
    state.put("vote/w-02/1", "c");
    state.put("votes/w-01/3", "d");
    state.put("stake/w-01", "e");

    assertThat(state.keys("vote/w-01/")).containsExactly("vote/w-01/12", "vote/w-01/7");
    assertThat(state.keys("vote/")).hasSize(3);
    assertThat(state.keys("vot")).hasSize(4);
    assertThat(state.keys("seal/")).isEmpty();
  }

  @Test
  void shouldHoldNothingForKeysThatWereOnlyAskedFor() {
    assertThat(state.get("vote/w-01/7")).isEmpty();
    state.remove("vote/w-01/7");
    assertThat(state.keys("vote/w-01/")).isEmpty();
    assertThat(state.entries()).isEmpty();

    state.put("vote/w-01/7", "a");
    state.remove("vote/w-01/7");

    assertThat(state.entries()).isEmpty();
  }
}
