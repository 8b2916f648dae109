package io.verillm.local;

import io.verillm.broker.LocalBroker;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.streams.audit.KafkaRecords;
import io.verillm.streams.audit.ReceiptExport;
import io.verillm.streams.audit.RecordArchive;
import io.verillm.streams.audit.RecordSource;
import io.verillm.streams.audit.SegmentRecords;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import io.verillm.topics.WholePartition;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** The records of a stack, whether it runs at the moment or not, of any cluster, or exported. */
public final class RecordedLog implements AutoCloseable {
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

  private final RecordSource records;
  private final ReceiptExport.PrivateTopics privateTopics;

  private RecordedLog(RecordSource records, ReceiptExport.PrivateTopics privateTopics) {
    this.records = records;
    this.privateTopics = privateTopics;
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
        .map(bootstrap ->
            of(
                access(folder, StackAccess.AUDITOR, bootstrap),
                access(folder, Principal.OPERATOR, bootstrap)))
        .orElseGet(() -> stopped(folder));
  }

  /**
   * Records of a cluster; the number of shards is the cluster's.
   *
   * @throws KafkaException if it does not answer or has none of our topics
   */
  public static RecordedLog of(KafkaAccess access) {
    return of(access, access);
  }

  /**
   * Records that {@code audit export} wrote: what is public.
   *
   * @throws IOException if there are none, or they are of another format
   */
  public static RecordedLog exported(Path directory) throws IOException {
    return new RecordedLog(RecordArchive.open(directory), (topic, partition) -> List.of());
  }

  private static RecordedLog of(KafkaAccess access, KafkaAccess toPrivate) {
    return new RecordedLog(
        new KafkaRecords(access, Catalogue.of(shards(access))),
        (topic, partition) -> read(toPrivate, topic, partition));
  }

  private static RecordedLog stopped(StackFolder folder) {
    SegmentRecords segments =
        new SegmentRecords(LocalBroker.partitions(folder.broker()), Catalogue.local());
    return new RecordedLog(
        segments,
        (topic, partition) -> {
          List<SignedRecord> read = new ArrayList<>();
          segments.read(
              new LogPartition(topic.name(), partition),
              record -> read.add(SignedRecords.from(record)));
          return read;
        });
  }

  private static KafkaAccess access(StackFolder folder, Principal principal, String bootstrap) {
    return StackAccess.of(folder, principal, bootstrap)
        .orElseGet(() -> KafkaAccess.open(bootstrap));
  }

  private static List<SignedRecord> read(KafkaAccess access, Topic topic, int partition) {
    TopicPartition assigned = new TopicPartition(topic.name(), partition);
    List<SignedRecord> read = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(access)) {
      if (consumer.partitionsFor(topic.name(), BROKER_TIMEOUT).size() <= partition) {
        return List.of();
      }
      WholePartition.read(consumer, assigned, read::add);
      return read;
    } catch (AuthorizationException notForThisReader) {
      return List.of();
    }
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

  /** What this reader may read of the topics that are not public. */
  public ReceiptExport.PrivateTopics privateTopics() {
    return privateTopics;
  }

  @Override
  public void close() {
    records.close();
  }
}
