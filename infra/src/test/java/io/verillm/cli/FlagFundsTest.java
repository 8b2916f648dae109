package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.deploy.FoundedLog;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlagFundsTest {
  @Test
  void shouldNameEachAccountThatCannotPayForOneFlag() {
    FlagFunds funds =
        new FlagFunds(
            new FoundedLog(RegistrySnapshot.empty()),
            List.of("requester:a", "requester:b", "requester:c"));

    List<String> warnings = funds.warnings(Map.of("requester:a", 500L, "requester:b", 499L), 500);

    assertThat(warnings).hasSize(2);
    assertThat(warnings.getFirst()).contains("requester:b", "499", "500", "bond");
    assertThat(warnings.getLast()).contains("requester:c", " 0 units");
  }
}
