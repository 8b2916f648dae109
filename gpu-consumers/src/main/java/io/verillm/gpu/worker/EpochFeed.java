package io.verillm.gpu.worker;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Where one shard's spine is read. A start reads only its end, since a day of a busy log is a
 * gigabyte; for an epoch that lies further back the reader goes back, each time four times as far,
 * and reads on from there. A clock would not tell where: a log may have stood still for long.
 */
final class EpochFeed {
  private static final long FIRST_RECORDS = 2_048;
  private static final int FURTHER = 4;

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition spine;
  private final EpochView epochs;

  /** Records that the next step goes back. */
  private long records = FIRST_RECORDS;

  /** Where the last step of a search began. */
  private OptionalLong from = OptionalLong.empty();

  /** The search has read again to here when its step is over. */
  private long until;

  EpochFeed(Consumer<byte[], byte[]> consumer, TopicPartition spine, EpochView epochs) {
    this.consumer = consumer;
    this.spine = spine;
    this.epochs = epochs;
  }

  TopicPartition spine() {
    return spine;
  }

  /** The offset to begin with. */
  long start() {
    return Math.max(beginning(), consumer.endOffsets(List.of(spine)).get(spine) - FIRST_RECORDS);
  }

  /** Goes back where an epoch is missed. Call it after what was polled has been read. */
  void reach() {
    if (!epochs.misses()) {
      records = FIRST_RECORDS;
      from = OptionalLong.empty();
      return;
    }
    try {
      long position = consumer.position(spine);
      if (from.isPresent() && position < until) {
        return;
      }
      long beginning = beginning();
      if (from.isPresent() && from.getAsLong() <= beginning) {
        epochs.giveUp();
        return;
      }
      until = position;
      from = OptionalLong.of(Math.max(beginning, position - records));
      records *= FURTHER;
      consumer.seek(spine, from.getAsLong());
    } catch (TimeoutException later) {
      // Asked again after the next poll.
    }
  }

  private long beginning() {
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(List.of(spine));
    return beginnings.get(spine);
  }
}
