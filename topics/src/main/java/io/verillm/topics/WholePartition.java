package io.verillm.topics;

import io.verillm.protocol.event.SignedRecord;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** A partition from its beginning to where it ends now. */
public final class WholePartition {
  private static final Duration POLL = Duration.ofMillis(200);

  private WholePartition() {}

  /**
   * Reads it, with a consumer that is assigned to nothing else from here on.
   *
   * @throws org.apache.kafka.common.KafkaException if it cannot be read
   */
  public static void read(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      java.util.function.Consumer<SignedRecord> each) {
    List<TopicPartition> alone = List.of(partition);
    consumer.assign(alone);
    consumer.seekToBeginning(alone);
    long end = consumer.endOffsets(alone).get(partition);
    while (consumer.position(partition) < end) {
      consumer.poll(POLL).forEach(record -> each.accept(SignedRecords.from(record)));
    }
  }
}
