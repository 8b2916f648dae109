package io.verillm.streams.log;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * One reader of everything public, from the first committed record on. Of the sealed topics it
 * keeps the leaves that no seal holds yet. For one thread, but for {@link #wakeup}.
 */
final class PublicLog implements AutoCloseable {
  private static final Duration CATCH_UP_POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** Longer than brokers need to choose another leader. */
  static final Duration STANDSTILL_MAX = Duration.ofSeconds(60);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final SortedMap<LogPartition, Deque<Unsealed>> unsealed = new TreeMap<>();
  private final InstantSource clock;

  private record Unsealed(LogLeaf leaf, long readMillis) {}

  /**
   * Opens a reader.
   *
   * @param beside topics to read beside the sealed ones; of them nothing is kept
   * @param from first offset to read of a partition, where that is not the first that there is
   * @param clock says when a record was read
   */
  PublicLog(
      KafkaAccess access,
      Catalogue catalogue,
      List<Topic> beside,
      Map<LogPartition, Long> from,
      InstantSource clock) {
    this(consumer(access), catalogue, beside, from, clock);
  }

  /** The same by a consumer of its own. */
  PublicLog(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Catalogue catalogue,
      List<Topic> beside,
      Map<LogPartition, Long> from,
      InstantSource clock) {
    this.clock = clock;
    List<LogPartition> sealed = sealedPartitions(catalogue);
    sealed.forEach(partition -> unsealed.put(partition, new ArrayDeque<>()));
    this.consumer = consumer;
    List<TopicPartition> assigned =
        Stream.concat(sealed.stream(), beside.stream().flatMap(PublicLog::partitions))
            .map(PublicLog::kafka)
            .toList();
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
    from.forEach((partition, offset) -> consumer.seek(kafka(partition), offset));
  }

  /** Every partition that seals cover, in their order. */
  static List<LogPartition> sealedPartitions(Catalogue catalogue) {
    return catalogue.publicInputs().stream().flatMap(PublicLog::partitions).sorted().toList();
  }

  private static Stream<LogPartition> partitions(Topic topic) {
    return IntStream.range(0, topic.partitions()).mapToObj(p -> new LogPartition(topic.name(), p));
  }

  private static TopicPartition kafka(LogPartition partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaAccess access) {
    Map<String, Object> settings = access.settings();
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    // A position that the log does not have any more is a fault, not a reason to jump.
    settings.put("auto.offset.reset", "none");
    settings.put("max.poll.records", "2000");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The committed records that came, as they came; of one partition in order. */
  List<SignedRecord> poll(Duration timeout) {
    List<SignedRecord> records = new ArrayList<>();
    consumer.poll(timeout).forEach(raw -> records.add(kept(raw)));
    return records;
  }

  private SignedRecord kept(ConsumerRecord<byte[], byte[]> raw) {
    SignedRecord record = SignedRecords.from(raw);
    Deque<Unsealed> leaves = unsealed.get(new LogPartition(record.topic(), record.partition()));
    if (leaves != null) {
      leaves.addLast(new Unsealed(LogLeaf.of(record), clock.millis()));
    }
    return record;
  }

  /** Reads on until everything is read that was committed when this was called. */
  void catchUp(Consumer<SignedRecord> observer) {
    readToEnds(consumer, raw -> observer.accept(kept(raw)));
  }

  /** Whether this reader has read each partition up to its end. */
  boolean hasRead(Map<LogPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(kafka(end.getKey())) >= end.getValue());
  }

  /** Whether committed records lie on the log up to each end, read here or not. */
  boolean holds(Map<LogPartition, Long> ends) {
    Map<LogPartition, Long> onLog = ends(ends.keySet().stream());
    return ends.entrySet().stream().allMatch(end -> onLog.get(end.getKey()) >= end.getValue());
  }

  /** Takes out the unsealed leaves before these ends. */
  EpochRecords take(Map<LogPartition, Long> ends) {
    Map<LogPartition, List<LogLeaf>> taken = new HashMap<>();
    ends.forEach((partition, end) -> {
      Deque<Unsealed> leaves = unsealed.getOrDefault(partition, new ArrayDeque<>());
      List<LogLeaf> list = new ArrayList<>();
      while (!leaves.isEmpty() && leaves.getFirst().leaf().offset() < end) {
        list.add(leaves.removeFirst().leaf());
      }
      taken.put(partition, list);
    });
    return EpochRecords.of(taken);
  }

  /**
   * A record that was read before a time and that no seal taken so far holds.
   *
   * @param topics names of the topics that are asked about
   * @return where it lies; empty where there is none
   */
  Optional<String> unsealedSince(long millis, Predicate<String> topics) {
    return unsealed.entrySet().stream()
        .filter(e -> topics.test(e.getKey().topic()))
        .filter(e -> !e.getValue().isEmpty() && e.getValue().getFirst().readMillis() < millis)
        .map(e -> e.getKey() + " at " + e.getValue().getFirst().leaf().offset())
        .findFirst();
  }

  /** Takes out all unsealed leaves. */
  EpochRecords takeAll() {
    Map<LogPartition, Long> all = new HashMap<>();
    unsealed.keySet().forEach(partition -> all.put(partition, Long.MAX_VALUE));
    return take(all);
  }

  /**
   * Where an epoch can end now: with all records committed when this was called, and with all
   * causes committed by then. So no record is sealed before a cause that its writer had seen, and a
   * reader that was held up leaves out nothing that others have long read: a witness that has read
   * it would refuse such a seal for good, so none is made while a partition cannot be read.
   *
   * @param observer gets the records read here
   * @throws IllegalStateException naming what cannot be read for {@link #STANDSTILL_MAX}
   */
  Map<LogPartition, Long> causalCut(List<Topic> causes, Consumer<SignedRecord> observer) {
    Set<LogPartition> last =
        causes.stream().flatMap(PublicLog::partitions).collect(Collectors.toSet());
    Map<LogPartition, Long> cut =
        new HashMap<>(ends(unsealed.keySet().stream().filter(p -> !last.contains(p))));
    cut.putAll(ends(last.stream()));
    long since = clock.millis();
    for (long left = left(cut); left > 0; ) {
      poll(CATCH_UP_POLL).forEach(observer);
      long now = left(cut);
      if (now < left) {
        left = now;
        since = clock.millis();
      } else if (clock.millis() - since > STANDSTILL_MAX.toMillis()) {
        throw new IllegalStateException(
            "nothing is sealed: %s cannot be read".formatted(unread(cut)));
      }
    }
    return cut;
  }

  /** Offsets between what is read and these ends. */
  private long left(Map<LogPartition, Long> ends) {
    return unread(ends).values().stream().mapToLong(Long::longValue).sum();
  }

  private SortedMap<LogPartition, Long> unread(Map<LogPartition, Long> ends) {
    SortedMap<LogPartition, Long> unread = new TreeMap<>(ends);
    unread.replaceAll((partition, end) -> end - consumer.position(kafka(partition)));
    unread.values().removeIf(offsets -> offsets <= 0);
    return unread;
  }

  private Map<LogPartition, Long> ends(Stream<LogPartition> partitions) {
    return consumer.endOffsets(partitions.map(PublicLog::kafka).toList()).entrySet().stream()
        .collect(
            Collectors.toMap(
                end -> new LogPartition(end.getKey().topic(), end.getKey().partition()),
                Map.Entry::getValue));
  }

  /** Makes a poll in progress fail with a WakeupException. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  /** Every committed record of these topics, of one partition in order, by a reader of its own. */
  static List<SignedRecord> readAll(KafkaAccess access, List<Topic> topics) {
    List<SignedRecord> records = new ArrayList<>();
    readAll(access, topics, records::add);
    return records;
  }

  /** As above, without keeping them. */
  static void readAll(KafkaAccess access, List<Topic> topics, Consumer<SignedRecord> observer) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(access)) {
      List<TopicPartition> assigned =
          topics.stream().flatMap(PublicLog::partitions).map(PublicLog::kafka).toList();
      consumer.assign(assigned);
      consumer.seekToBeginning(assigned);
      readToEnds(consumer, raw -> observer.accept(SignedRecords.from(raw)));
    }
  }

  /**
   * The end of a topic of one partition.
   *
   * @param whole whether nothing lies before these records
   */
  record Tail(List<SignedRecord> records, boolean whole) {}

  /** The last committed records of a topic of one partition, from at most so many offsets. */
  static Tail tail(KafkaAccess access, Topic topic, long offsets) {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(access)) {
      consumer.assign(List.of(partition));
      long start = consumer.endOffsets(List.of(partition)).get(partition) - offsets;
      consumer.seek(partition, Math.max(0, start));
      List<SignedRecord> records = new ArrayList<>();
      readToEnds(consumer, raw -> records.add(SignedRecords.from(raw)));
      return new Tail(List.copyOf(records), start <= 0);
    }
  }

  /** Reads on until everything is read that was committed when this was called. */
  private static void readToEnds(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
    ends.values().removeIf(end -> end == 0);
    while (!ends.isEmpty()) {
      consumer.poll(CATCH_UP_POLL).forEach(sink);
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    }
  }
}
