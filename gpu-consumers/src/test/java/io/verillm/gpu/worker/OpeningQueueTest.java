package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpeningQueueTest {
  private static final TopicPartition OPENINGS = new TopicPartition("openings", 0);
  private static final TopicPartition CHALLENGES = new TopicPartition("challenges", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final OpeningQueue queue =
      new OpeningQueue(consumer, List.of(OPENINGS), List.of(CHALLENGES));

  @BeforeEach
  void assign() {
    consumer.assign(List.of(OPENINGS, CHALLENGES));
    consumer.seek(OPENINGS, 0);
    consumer.seek(CHALLENGES, 0);
    consumer.updateEndOffsets(Map.of(CHALLENGES, 1L));
  }

  @Test
  void shouldHoldAnOpeningUntilTheChallengesBeforeItAreRead() {
    ConsumerRecord<byte[], byte[]> opening = record(OPENINGS);
    ConsumerRecord<byte[], byte[]> challenge = record(CHALLENGES);

    assertThat(queue.order(List.of(opening))).isEmpty();
    assertThat(consumer.paused()).containsExactly(OPENINGS);

    consumer.seek(CHALLENGES, 1);
    assertThat(queue.order(List.of(challenge))).containsExactly(challenge, opening);
    assertThat(consumer.paused()).isEmpty();
    assertThat(queue.order(List.of())).isEmpty();
  }

  @Test
  void shouldNotHoldAnOpeningWhenAllChallengesAreRead() {
    consumer.seek(CHALLENGES, 1);
    ConsumerRecord<byte[], byte[]> opening = record(OPENINGS);

    assertThat(queue.order(List.of(opening))).containsExactly(opening);
    assertThat(consumer.paused()).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition at) {
    return new ConsumerRecord<>(at.topic(), at.partition(), 0, new byte[0], new byte[0]);
  }
}
