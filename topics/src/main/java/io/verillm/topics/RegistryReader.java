package io.verillm.topics;

import io.verillm.protocol.registry.RegistrySnapshot;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Follows the registry. For one thread, but {@link #snapshot} may be asked by any. Refused records
 * are counted and skipped.
 */
public final class RegistryReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Counters refused = new Counters();
  private volatile RegistrySnapshot snapshot;

  private RegistryReader(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, RegistrySnapshot start) {
    this.consumer = consumer;
    this.partition = partition;
    this.snapshot = start;
  }

  /**
   * A reader at the registry's beginning; nothing is read yet. It believes the coordinator that the
   * access names, and the first one where it names none.
   */
  public static RegistryReader open(KafkaAccess access) {
    TopicPartition partition = new TopicPartition(Catalogue.local().registry().name(), 0);
    Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return new RegistryReader(consumer, partition, access.registry());
  }

  /**
   * Reads all that is committed now.
   *
   * @throws TimeoutException if the broker does not answer in time
   */
  public RegistrySnapshot refresh(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long end = consumer.endOffsets(List.of(partition), timeout).get(partition);
    while (consumer.position(partition, timeout) < end) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "registry read to %d of %d in %s".formatted(snapshot.nextOffset(), end, timeout));
      }
      poll(POLL);
    }
    return snapshot;
  }

  /** Waits for new records at most this long. */
  public RegistrySnapshot poll(Duration timeout) {
    RegistrySnapshot changed = snapshot;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      RegistrySnapshot.Applied applied = changed.apply(SignedRecords.from(record));
      applied
          .refused()
          .ifPresent(refusal -> refused.increment(DeadLetterReason.named(refusal.fault())));
      changed = applied.snapshot();
    }
    snapshot = changed;
    return changed;
  }

  /** What was read so far. */
  public RegistrySnapshot snapshot() {
    return snapshot;
  }

  /** Refused records by reason. */
  public Counters refused() {
    return refused;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
