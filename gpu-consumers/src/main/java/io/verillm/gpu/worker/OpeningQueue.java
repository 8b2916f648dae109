package io.verillm.gpu.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Holds openings back until every challenge that was on the log before them has been read. They are
 * two topics and may be polled in any order, but who must open is only known from the challenge.
 * What is held is one poll: no further openings are fetched meanwhile.
 */
final class OpeningQueue {
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> openings;
  private final List<TopicPartition> challenges;
  private final List<ConsumerRecord<byte[], byte[]>> held = new ArrayList<>();
  private Map<TopicPartition, Long> ends = Map.of();

  OpeningQueue(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> openings,
      List<TopicPartition> challenges) {
    this.consumer = consumer;
    this.openings = openings;
    this.challenges = challenges;
  }

  /** The records to apply now, in their order; called with each poll's records, none included. */
  List<ConsumerRecord<byte[], byte[]>> order(Iterable<ConsumerRecord<byte[], byte[]>> polled) {
    List<ConsumerRecord<byte[], byte[]>> now = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      boolean opening = openings.contains(new TopicPartition(record.topic(), record.partition()));
      (opening ? held : now).add(record);
    }
    if (!held.isEmpty() && challengesAreRead()) {
      now.addAll(held);
      held.clear();
      ends = Map.of();
      consumer.resume(openings);
    }
    return now;
  }

  private boolean challengesAreRead() {
    if (ends.isEmpty()) {
      consumer.pause(openings);
      try {
        ends = consumer.endOffsets(challenges);
      } catch (TimeoutException later) {
        return false;
      }
    }
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }
}
