package io.verillm.gpu.worker;

import io.verillm.events.DutyBegun;
import io.verillm.protocol.log.ClosedEpoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Finds the duty epochs for which something may still count, by reading flags from their end: so a
 * worker's start does not take longer with the log's age. Case time stands still in an idle log, so
 * a clock does not tell how far back they lie; their own lengths do.
 */
final class RecentDuties {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Each step back is so many times as long as all before it. */
  private static final int FURTHER = 4;

  private final Consumer<byte[], byte[]> consumer;
  private final Function<ConsumerRecord<byte[], byte[]>, Optional<DutyBegun>> reading;
  private final long countedTicks;
  private final Duration patience;

  /** One partition: read from here to its end, with the duty epochs found there by number. */
  private static final class Shard {
    private final TreeMap<Long, DutyBegun> begun = new TreeMap<>();
    private long from;

    Shard(long end) {
      this.from = end;
    }

    /**
     * Those that something may count for: less than this is between their beginnings and the last
     * one's. Each but the last has lasted its length.
     */
    private List<DutyBegun> counting(long countedTicks) {
      LinkedList<DutyBegun> counting = new LinkedList<>();
      long ticks = 0;
      for (DutyBegun duty : begun.descendingMap().values()) {
        ticks += counting.isEmpty() ? 0 : duty.getTicks();
        if (ticks >= countedTicks) {
          break;
        }
        counting.addFirst(duty);
      }
      return counting;
    }

    private boolean isBehind(long countedTicks) {
      return counting(countedTicks).size() < begun.size();
    }
  }

  /**
   * A search that has not begun.
   *
   * @param reading what a record says, where it is a duty epoch of its shard by the coordinator
   * @param countedTicks case time behind which nothing counts for a duty epoch, whichever it is
   * @param patience how long to wait where nothing comes
   */
  RecentDuties(
      Consumer<byte[], byte[]> consumer,
      Function<ConsumerRecord<byte[], byte[]>, Optional<DutyBegun>> reading,
      long countedTicks,
      Duration patience) {
    this.consumer = consumer;
    this.reading = reading;
    this.countedTicks = countedTicks;
    this.patience = patience;
  }

  /**
   * Reads them; other assignments of the consumer are lost.
   *
   * @param ends read to these offsets
   * @param oldestMillis what was written before counts for nothing, 0 or above
   * @return in order, shard by shard
   * @throws TimeoutException if a partition cannot be read
   */
  List<DutyBegun> read(Map<TopicPartition, Long> ends, long nowMillis, long oldestMillis) {
    Map<TopicPartition, Shard> shards = new HashMap<>();
    ends.forEach((partition, end) -> shards.put(partition, new Shard(end)));
    Map<TopicPartition, Shard> open = new HashMap<>(shards);
    long back = 2 * countedTicks * ClosedEpoch.TICK_MILLIS;
    long from;
    do {
      from = Math.max(oldestMillis, nowMillis - back);
      readFrom(open, from);
      open.values().removeIf(shard -> shard.isBehind(countedTicks));
      back *= FURTHER;
    } while (!open.isEmpty() && from > oldestMillis);
    return shards.values().stream().flatMap(s -> s.counting(countedTicks).stream()).toList();
  }

  /** Reads what lies between this time and what was read before. */
  private void readFrom(Map<TopicPartition, Shard> shards, long timeMillis) {
    Map<TopicPartition, Long> times = new HashMap<>();
    shards.keySet().forEach(partition -> times.put(partition, timeMillis));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> until = new HashMap<>();
    shards.forEach((partition, shard) -> {
      OffsetAndTimestamp at = found.get(partition);
      if (at != null && at.offset() < shard.from) {
        until.put(partition, shard.from);
        shard.from = at.offset();
      }
    });
    consumer.assign(until.keySet());
    until.keySet().forEach(partition -> consumer.seek(partition, shards.get(partition).from));
    Collection<TopicPartition> unread = new ArrayList<>(until.keySet());
    long end = System.nanoTime() + patience.toNanos();
    while (!unread.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        end = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > end) {
        throw new TimeoutException(
            "duties cannot be read back: %s gave nothing for %s".formatted(unread, patience));
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < until.get(partition)) {
          reading
              .apply(record)
              .ifPresent(
                  duty -> shards.get(partition).begun.putIfAbsent(duty.getDutyEpoch(), duty));
        }
      }
      unread.removeIf(partition -> consumer.position(partition) >= until.get(partition));
    }
  }
}
