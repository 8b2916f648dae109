package io.verillm.local;

import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.EventReader;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Reading;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.SignerKeys;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads topics from their beginning and hands every validly signed event to a listener, on one
 * thread of its own. A look at the log for people; nothing is decided from it.
 */
public final class PublicFeed implements AutoCloseable {
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Topic> topics;
  private final RegistryReader registry;
  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final Consumer<SpecificRecord> listener;
  private final Thread thread;

  private PublicFeed(
      KafkaAccess access, Map<String, Topic> topics, Consumer<SpecificRecord> listener) {
    this.topics = topics;
    this.listener = listener;
    this.registry = RegistryReader.open(access);
    this.consumer = ConsumerSettings.consumer(access);
    this.thread = new Thread(this::follow, "public-feed");
    thread.setDaemon(true);
    thread.start();
  }

  /** Follows these topics from now on, beginning with what they hold. */
  public static PublicFeed open(
      KafkaAccess access, List<Topic> topics, Consumer<SpecificRecord> listener) {
    return new PublicFeed(
        access,
        topics.stream().collect(Collectors.toMap(Topic::name, Function.identity())),
        listener);
  }

  /** The topics that tell how a run goes; all but results are public. */
  public static List<Topic> topicsOf(Catalogue catalogue) {
    return List.of(
        catalogue.accepted(),
        catalogue.commitments(),
        catalogue.challenges(),
        catalogue.verdicts(),
        catalogue.flags(),
        catalogue.transfers(),
        catalogue.scores(),
        catalogue.results());
  }

  private void follow() {
    try (consumer;
        registry) {
      registry.refresh(REGISTRY_TIMEOUT);
      List<TopicPartition> partitions = partitions();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (true) {
        consumer.poll(POLL).forEach(this::read);
      }
    } catch (WakeupException closed) {
      // Only close wakes the reader up.
    }
  }

  private List<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : topics.values()) {
      for (int p = 0; p < topic.partitions(); p++) {
        partitions.add(new TopicPartition(topic.name(), p));
      }
    }
    return partitions;
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    Reading reading = reading(record);
    if (reading instanceof Reading.Refused refused
        && refused.reason().equals(DeadLetterReason.UNKNOWN_SIGNER)) {
      registry.refresh(REGISTRY_TIMEOUT);
      reading = reading(record);
    }
    if (reading instanceof Reading.Valid valid) {
      listener.accept(valid.event());
    }
  }

  private Reading reading(ConsumerRecord<byte[], byte[]> record) {
    return EventReader.read(
        topics.get(record.topic()), SignedRecords.from(record), SignerKeys.of(registry.snapshot()));
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
