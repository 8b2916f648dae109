package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurningLoopsTest {
  private static final TurningLoops LOOPS = TurningLoops.ofThisProcess(Duration.ofSeconds(2));
  private static final TurningLoops HURRIED = TurningLoops.ofThisProcess(Duration.ofMillis(500));

  @Test
  void shouldNameTheConsumerThatNobodyPollsAnyMore() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("stuck-worker")) {
      assertThat(LOOPS.fault()).as("not begun").isEmpty();
      consumer.poll(Duration.ZERO);

      await()
          .untilAsserted(() ->
              assertThat(HURRIED.fault())
                  .hasValueSatisfying(fault ->
                      assertThat(fault)
                          .matches("consumer stuck-worker was not polled for \\d+ s")));

      consumer.poll(Duration.ZERO);
      assertThat(LOOPS.fault()).isEmpty();
    }
    assertThat(HURRIED.fault()).as("closed").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"app-StreamThread-1-restore-consumer", "app-global-consumer"})
  void shouldLeaveOutThoseThatHaveNothingToDo(String client) {
    try (KafkaConsumer<byte[], byte[]> idle = consumer(client);
        KafkaConsumer<byte[], byte[]> stuck = consumer("other")) {
      idle.poll(Duration.ZERO);
      stuck.poll(Duration.ZERO);

      await()
          .untilAsserted(() ->
              assertThat(HURRIED.fault())
                  .hasValueSatisfying(fault -> assertThat(fault).contains("other")));
    }
  }

  /** Nothing answers it: what counts is when it is polled. */
  private static KafkaConsumer<byte[], byte[]> consumer(String client) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", "localhost:1",
                "client.id", client,
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition("t", 0)));
    return consumer;
  }
}
