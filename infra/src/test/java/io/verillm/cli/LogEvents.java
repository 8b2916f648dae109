package io.verillm.cli;

import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What lies on a log, for who may read it. */
record LogEvents(KafkaAccess access) {
  /** All events of one type on a topic, partition by partition. */
  <T extends SpecificRecord> List<T> all(Topic topic, Class<T> type) {
    List<TopicPartition> partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(partition -> new TopicPartition(topic.name(), partition))
            .toList();
    List<T> found = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> decoded(record.value(), type, found));
      }
    }
    return found;
  }

  private static <T extends SpecificRecord> void decoded(
      byte[] value, Class<T> type, List<T> found) {
    try {
      SpecificRecord event = EventCodec.decode(value);
      if (type.isInstance(event)) {
        found.add(type.cast(event));
      }
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }
}
