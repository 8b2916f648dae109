package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.LocalBroker;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequesterClientTest {
  @TempDir Path dataDir;

  @Test
  void shouldSayThatABrokerHasNoTopicOfRequests() {
    try (LocalBroker broker = LocalBroker.start(dataDir, 0)) {
      assertThatThrownBy(() ->
              RequesterClient.connect(
                  KafkaAccess.open(broker.bootstrapServers()),
                  Cluster.key("r"),
                  Clock.systemUTC(),
                  new Random(1)))
          .isInstanceOf(RequestFailed.class)
          .hasMessage(broker.bootstrapServers() + " has no topic " + Cluster.CATALOGUE.requests());
    }
  }

  @Test
  void shouldBudgetPriceFeesAndAFifthRoundedUp() {
    assertThat(RequesterClient.budget(7, 20, 3, 300)).isEqualTo(1248);
    assertThat(RequesterClient.budget(1, 1, 0, 300)).isEqualTo(2);
    assertThat(RequesterClient.budget(0, 20, 3, 0)).isZero();
  }
}
