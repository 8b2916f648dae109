package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.DutyBegun;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator says that a worker's flags depend on: duty epochs in which it can owe some,
 * and which of their requests are admitted and final. One consumer, for one thread but for {@link
 * #wakeup}.
 */
final class FlagFeed implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** By how much a record may seem older than what it follows: clocks differ. */
  private static final long CLOCKS_APART_MILLIS = 60_000;

  private final Catalogue catalogue;
  private final LogView log;
  private final Consumer<byte[], byte[]> consumer;

  /** Who is told. */
  interface Listener {
    /** A duty epoch has begun; one may be told twice. */
    void begun(DutyBegun event);

    /** Whether a request is that of a flag of which more is to be told. */
    boolean plants(String requestId);

    /** A flag's request is admitted. */
    void admitted(String requestId);

    /** A flag's request is final. */
    void ended(Verdict verdict, int shard);
  }

  private FlagFeed(Catalogue catalogue, LogView log, Consumer<byte[], byte[]> consumer) {
    this.catalogue = catalogue;
    this.log = log;
    this.consumer = consumer;
  }

  /** Connects; nothing is read yet. */
  static FlagFeed connect(WorkerSettings settings, LogView log) {
    return new FlagFeed(settings.catalogue(), log, ConsumerSettings.consumer(settings.access()));
  }

  /** Tells of duty epochs that something can still count for, and goes on with what followed. */
  void begin(Listener listener) {
    Map<TopicPartition, Long> positions =
        new HashMap<>(consumer.endOffsets(partitions(catalogue.flags())));
    long now = System.currentTimeMillis();
    List<DutyBegun> recent = recent(positions, now);
    recent.forEach(listener::begun);
    positions.putAll(behind(recent, now));
    consumer.assign(positions.keySet());
    positions.forEach(consumer::seek);
  }

  private List<DutyBegun> recent(Map<TopicPartition, Long> ends, long nowMillis) {
    OptionalLong since = log.owesSince();
    if (since.isEmpty()) {
      return List.of();
    }
    long counted = log.countedTicksMax();
    long oldest = since.getAsLong() - counted * ClosedEpoch.TICK_MILLIS - CLOCKS_APART_MILLIS;
    return new RecentDuties(consumer, record -> owed(record, since.getAsLong()), counted, PATIENCE)
        .read(Map.copyOf(ends), nowMillis, Math.max(0, oldest));
  }

  /** Where admissions and verdicts of these duty epochs begin; a clock does not tell. */
  private Map<TopicPartition, Long> behind(List<DutyBegun> duties, long nowMillis) {
    Map<TopicPartition, Long> times = new HashMap<>();
    for (Topic topic : List.of(catalogue.accepted(), catalogue.verdicts())) {
      partitions(topic).forEach(p -> times.put(p, nowMillis - CLOCKS_APART_MILLIS));
      duties.forEach(duty ->
          times.merge(
              new TopicPartition(topic.name(), duty.getShard()),
              Math.max(0, duty.getTimeMillis() - CLOCKS_APART_MILLIS),
              Math::min));
    }
    Map<TopicPartition, Long> positions = new HashMap<>(consumer.endOffsets(times.keySet()));
    consumer
        .offsetsForTimes(times)
        .forEach((partition, found) -> {
          if (found != null) {
            positions.put(partition, found.offset());
          }
        });
    return positions;
  }

  private static List<TopicPartition> partitions(Topic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  /** Waits a moment for what is new. */
  void poll(Listener listener) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      if (concerns(record, listener)) {
        switch (said(record)) {
          case DutyBegun begun when begun.getShard() == record.partition() -> listener.begun(begun);
          case Accepted accepted -> listener.admitted(accepted.getRequestId());
          case Verdict verdict when verdict.getLast() ->
              listener.ended(verdict, record.partition());
          case null, default -> {
            // What other workers owe and open.
          }
        }
      }
    }
  }

  private boolean concerns(ConsumerRecord<byte[], byte[]> record, Listener listener) {
    return record.topic().equals(catalogue.flags().name())
        || listener.plants(new String(SignedRecords.from(record).key(), StandardCharsets.UTF_8));
  }

  /**
   * A duty epoch counts for whose key was registered when it began. The coordinator's clock says
   * when that was and the worker's own when it registered, and one too many costs a refused request
   * where one too few costs a bond: so what seems to have begun a little before, and was not over,
   * is met too.
   */
  private Optional<DutyBegun> owed(ConsumerRecord<byte[], byte[]> record, long sinceMillis) {
    return said(record) instanceof DutyBegun begun
            && begun.getShard() == record.partition()
            && begun.getTimeMillis() + Math.min(length(begun), CLOCKS_APART_MILLIS) >= sinceMillis
        ? Optional.of(begun)
        : Optional.empty();
  }

  private static long length(DutyBegun begun) {
    return begun.getTicks() * ClosedEpoch.TICK_MILLIS;
  }

  /** Of others' records, which are most of the flags, no signature is checked. */
  private @Nullable SpecificRecord said(ConsumerRecord<byte[], byte[]> record) {
    SignedRecord signed = SignedRecords.from(record);
    Topic topic = catalogue.byName(record.topic()).orElseThrow();
    return signed.signer().equals(Signers.COORDINATOR)
            && EventReader.read(topic, signed, log.keys()) instanceof Reading.Valid valid
        ? valid.event()
        : null;
  }

  /** Ends {@link #poll} with a {@link org.apache.kafka.common.errors.WakeupException}. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
