package io.verillm.local;

import io.verillm.broker.LocalBroker;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.streams.audit.KafkaRecords;
import io.verillm.streams.audit.ReceiptExport;
import io.verillm.streams.audit.RecordSource;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** The records of a stack, whether it runs at the moment or not, and of any other cluster. */
public final class RecordedLog implements AutoCloseable {
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Optional<LocalBroker> broker;
  private final RecordSource records;
  private final String bootstrap;

  private RecordedLog(Optional<LocalBroker> broker, RecordSource records, String bootstrap) {
    this.broker = broker;
    this.records = records;
    this.bootstrap = bootstrap;
  }

  /**
   * Records of a local stack: from its broker while it runs, else from one started on its folder
   * for this.
   *
   * @throws KafkaException if the running broker does not answer
   * @throws UncheckedIOException if the folder cannot be used
   */
  public static RecordedLog of(StackFolder folder) {
    LocalBroker broker;
    try {
      broker = LocalBroker.start(folder.broker(), LocalStack.ANY_PORT);
    } catch (UncheckedIOException held) {
      Optional<String> running = folder.runningAt();
      if (running.isEmpty()) {
        throw held;
      }
      return of(running.get());
    }
    try {
      RecordSource records = new KafkaRecords(broker.bootstrapServers(), Catalogue.local());
      return new RecordedLog(Optional.of(broker), records, broker.bootstrapServers());
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /**
   * Records of a cluster; the number of shards is the cluster's.
   *
   * @throws KafkaException if it does not answer or has none of our topics
   */
  public static RecordedLog of(String bootstrap) {
    return new RecordedLog(
        Optional.empty(), new KafkaRecords(bootstrap, Catalogue.of(shards(bootstrap))), bootstrap);
  }

  private static int shards(String bootstrap) {
    String requests = Catalogue.local().requests().name();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(bootstrap)) {
      int shards = consumer.partitionsFor(requests, BROKER_TIMEOUT).size();
      if (shards == 0) {
        throw new KafkaException(bootstrap + " has no topic " + requests);
      }
      return shards;
    }
  }

  public RecordSource records() {
    return records;
  }

  /** What this reader may read of the topics that are not public. */
  public ReceiptExport.PrivateTopics privateTopics() {
    return this::read;
  }

  private List<SignedRecord> read(Topic topic, int partition) {
    TopicPartition assigned = new TopicPartition(topic.name(), partition);
    List<SignedRecord> read = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(bootstrap)) {
      if (consumer.partitionsFor(topic.name(), BROKER_TIMEOUT).size() <= partition) {
        return List.of();
      }
      consumer.assign(List.of(assigned));
      consumer.seekToBeginning(List.of(assigned));
      long end = consumer.endOffsets(List.of(assigned)).get(assigned);
      while (consumer.position(assigned) < end) {
        consumer.poll(POLL).forEach(record -> read.add(SignedRecords.from(record)));
      }
      return read;
    } catch (AuthorizationException notForThisReader) {
      return List.of();
    }
  }

  @Override
  public void close() {
    records.close();
    broker.ifPresent(LocalBroker::close);
  }
}
