package io.verillm.streams.audit;

import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The public topics of a cluster, up to where they ended when this was made. */
public final class KafkaRecords implements RecordSource {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Catalogue catalogue;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;

  /** Connects and fixes the ends. */
  public KafkaRecords(KafkaAccess access, Catalogue catalogue) {
    this.catalogue = catalogue;
    Map<String, Object> settings = access.settings();
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");
    // A fetch that waits for more would hold up the next partition.
    settings.put("fetch.max.wait.ms", "10");
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.ends = ends(catalogue);
  }

  /**
   * Ends that make one picture though they are asked one after another: whatever a record that is
   * read rests on is read too. Seals come first, since everything that they seal is on the log by
   * then; effects before causes after that.
   */
  private Map<TopicPartition, Long> ends(Catalogue catalogue) {
    List<List<Topic>> inOrder =
        List.of(
            List.of(catalogue.seals()),
            List.of(
                catalogue.transfers(),
                catalogue.scores(),
                catalogue.balances(),
                catalogue.journal()),
            List.of(catalogue.challenges(), catalogue.verdicts()),
            List.of(catalogue.shardInputs()),
            List.of(catalogue.ledgerCommands()),
            PublicTopics.of(catalogue));
    Map<TopicPartition, Long> fixed = new HashMap<>();
    for (List<Topic> stage : inOrder) {
      List<TopicPartition> partitions =
          stage.stream()
              .flatMap(PublicTopics::partitions)
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .filter(p -> !fixed.containsKey(p))
              .toList();
      fixed.putAll(consumer.endOffsets(partitions));
    }
    return fixed;
  }

  @Override
  public SortedSet<LogPartition> partitions() {
    return Collections.unmodifiableSortedSet(PublicTopics.partitions(catalogue));
  }

  @Override
  public int shards() {
    return catalogue.shards();
  }

  @Override
  public void read(LogPartition partition, Sink sink) {
    TopicPartition assigned = new TopicPartition(partition.topic(), partition.partition());
    long end = ends.get(assigned);
    if (end == 0) {
      return;
    }
    consumer.assign(List.of(assigned));
    consumer.seekToBeginning(List.of(assigned));
    while (consumer.position(assigned) < end) {
      consumer
          .poll(POLL)
          .forEach(record -> {
            if (record.offset() < end) {
              sink.record(record);
            }
          });
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
