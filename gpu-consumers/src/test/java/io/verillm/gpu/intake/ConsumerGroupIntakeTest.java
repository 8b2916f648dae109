package io.verillm.gpu.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumerGroupIntakeTest extends TaskIntakeContract {
  @Override
  TaskIntake connect(IntakeSettings settings) {
    return ConsumerGroupIntake.connect(settings);
  }

  /** What scales a worker in and out is its lag, to which a transaction's marker counts. */
  @Test
  void shouldHaveLagWhileItHasATaskAndNoneAfterIt() throws Exception {
    try (Admin admin = admin()) {
      send("one");
      send("two");
      awaitDelivered("one");
      assertThat(lag(admin)).isPositive();
      answer("one", Settlement.DONE);
      awaitDelivered("one", "two");
      assertThat(lag(admin)).isPositive();
      answer("two", Settlement.DONE);

      await().atMost(Duration.ofSeconds(20)).until(() -> lag(admin) == 0);
    }
  }

  private long lag(Admin admin) throws Exception {
    TopicPartition partition = new TopicPartition(topic(), 0);
    var committed =
        admin
            .listConsumerGroupOffsets(group())
            .partitionsToOffsetAndMetadata()
            .get()
            .get(partition);
    long end =
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .partitionResult(partition)
            .get()
            .offset();
    return end - (committed == null ? 0 : committed.offset());
  }
}
