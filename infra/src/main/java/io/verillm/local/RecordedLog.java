package io.verillm.local;

import io.verillm.broker.LocalBroker;
import io.verillm.protocol.log.LogPartition;
import io.verillm.streams.audit.KafkaRecords;
import io.verillm.streams.audit.RecordSource;
import io.verillm.streams.audit.SegmentRecords;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;

/** The records of a stack, whether it runs at the moment or not, and of any other cluster. */
public final class RecordedLog implements AutoCloseable {
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

  private final RecordSource records;

  private RecordedLog(RecordSource records) {
    this.records = records;
  }

  /**
   * Records of a local stack: from its broker while it runs, else from the files that it left.
   *
   * @throws KafkaException if the running broker does not answer
   * @throws UncheckedIOException if the folder cannot be read
   */
  public static RecordedLog of(StackFolder folder) {
    Optional<String> running =
        LocalBroker.runsOn(folder.broker()) ? folder.runningAt() : Optional.empty();
    return running
        .map(bootstrap -> of(auditor(folder, bootstrap)))
        .orElseGet(() ->
            new RecordedLog(
                new SegmentRecords(LocalBroker.partitions(folder.broker()), Catalogue.local())));
  }

  /**
   * Records of a cluster; the number of shards is the cluster's.
   *
   * @throws KafkaException if it does not answer or has none of our topics
   */
  public static RecordedLog of(KafkaAccess access) {
    return new RecordedLog(new KafkaRecords(access, Catalogue.of(shards(access))));
  }

  private static KafkaAccess auditor(StackFolder folder, String bootstrap) {
    return StackAccess.of(folder, StackAccess.AUDITOR, bootstrap)
        .orElseGet(() -> KafkaAccess.open(bootstrap));
  }

  private static int shards(KafkaAccess access) {
    // A public topic of every shard: an auditor may not look at requests.
    String sharded = Catalogue.local().accepted().name();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      int shards = consumer.partitionsFor(sharded, BROKER_TIMEOUT).size();
      if (shards == 0) {
        throw new KafkaException(access + " has no topic " + sharded);
      }
      return shards;
    }
  }

  /** Whether nobody was ever registered, so that there is nothing to recompute. */
  public boolean isEmpty() {
    LogPartition registry = new LogPartition(Catalogue.local().registry().name(), 0);
    boolean[] any = new boolean[1];
    records.read(registry, record -> any[0] = true);
    return !any[0];
  }

  public RecordSource records() {
    return records;
  }

  @Override
  public void close() {
    records.close();
  }
}
