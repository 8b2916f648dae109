package io.verillm.gpu.worker;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.Control;
import io.verillm.events.EpochClosed;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.Verdict;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.OwnWords;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads everything but tasks for one worker, on one thread with one consumer: registry, its
 * controls, and the public topics from which it learns what to open and how to vote. Bad records of
 * its own controls become dead letters; bad public records are passed over here, because every
 * reader would write the same letter and the coordinator does.
 */
final class LogListener implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogListener.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration UNKNOWN_SIGNER_PATIENCE = Duration.ofSeconds(10);
  private static final int PATIENCE_RECORDS_MAX = 1024;

  private final Catalogue catalogue;
  private final Topic registry;
  private final Topic controls;
  private final Map<String, Topic> topics = new HashMap<>();
  private final Consumer<byte[], byte[]> consumer;
  private final LogView log;
  private final CaseDesk cases;
  private final DrawDesk draws;
  private final EpochFeed epochs;
  private final Outbox outbox;
  private final OpeningQueue openings;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private volatile boolean stopping;

  /**
   * A record whose signer is not registered yet: the registry is another topic and may come later.
   */
  private record Waiting(SignedRecord record, long untilNanos) {}

  private LogListener(
      String worker,
      Catalogue catalogue,
      Consumer<byte[], byte[]> consumer,
      LogView log,
      CaseDesk cases,
      DrawDesk draws,
      Outbox outbox) {
    this.catalogue = catalogue;
    this.registry = catalogue.registry();
    this.controls = catalogue.controls(worker);
    this.consumer = consumer;
    this.log = log;
    this.cases = cases;
    this.draws = draws;
    this.outbox = outbox;
    for (Topic topic :
        List.of(
            controls,
            catalogue.accepted(),
            catalogue.commitments(),
            catalogue.challenges(),
            catalogue.openings(),
            catalogue.verdicts())) {
      topics.put(topic.name(), topic);
    }
    // The spines' copies of a closed epoch are the same. Which one a worker reads follows from its
    // id, so whoever shows one shard another epoch than the rest is seen by some of the workers.
    int shard = Math.floorMod(worker.hashCode(), catalogue.shards());
    this.epochs =
        new EpochFeed(
            consumer, new TopicPartition(catalogue.shardInputs().name(), shard), draws.epochs());
    this.openings =
        new OpeningQueue(
            consumer, partitions(catalogue.openings()), partitions(catalogue.challenges()));
  }

  /**
   * Connects and reads the registry to its present end.
   *
   * @throws MissingTopic if a topic of the worker does not exist
   */
  static LogListener connect(
      WorkerSettings settings, LogView log, CaseDesk cases, DrawDesk draws, Outbox outbox) {
    LogListener listener =
        new LogListener(
            settings.id(),
            settings.catalogue(),
            ConsumerSettings.consumer(settings.access()),
            log,
            cases,
            draws,
            outbox);
    try {
      listener.requireTopic(settings.catalogue().tasks(settings.id()));
      listener.topics.values().forEach(listener::requireTopic);
      listener.requireTopic(listener.registry);
      listener.requireTopic(settings.catalogue().shardInputs());
      listener.readRegistry();
      listener.assign(Instant.now().minus(settings.lookBack()));
      // Before a task is taken, this worker's own commitments must have been seen.
      listener.readToEnd();
      return listener;
    } catch (RuntimeException e) {
      listener.consumer.close();
      throw e;
    }
  }

  private void requireTopic(Topic topic) {
    if (consumer.partitionsFor(topic.name()).size() != topic.partitions()) {
      throw new MissingTopic(topic);
    }
  }

  private void readRegistry() {
    consumer.assign(partitions(registry));
    consumer.seekToBeginning(consumer.assignment());
    readToEnd();
  }

  private void readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(p -> consumer.position(p.getKey()) < p.getValue())) {
      poll();
    }
  }

  private void poll() {
    openings.order(consumer.poll(POLL)).forEach(this::read);
    epochs.reach();
  }

  /** Goes on with the registry, and with all else from a point of time. */
  private void assign(Instant from) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions(registry).forEach(p -> positions.put(p, consumer.position(p)));
    Map<TopicPartition, Long> times = new HashMap<>();
    topics.values().forEach(t -> partitions(t).forEach(p -> times.put(p, from.toEpochMilli())));
    Map<TopicPartition, Long> ends = consumer.endOffsets(times.keySet());
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    for (TopicPartition partition : times.keySet()) {
      OffsetAndTimestamp at = found.get(partition);
      positions.put(partition, at == null ? ends.get(partition) : (Long) at.offset());
    }
    positions.put(epochs.spine(), epochs.start());
    consumer.assign(positions.keySet());
    positions.forEach(consumer::seek);
  }

  private static List<TopicPartition> partitions(Topic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  @Override
  public void run() {
    try (consumer) {
      while (!stopping) {
        poll();
        retryWaiting();
        cases.settle();
      }
    } catch (WakeupException stopped) {
      // close() was called.
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    SignedRecord signed = SignedRecords.from(record);
    if (record.topic().equals(registry.name())) {
      log.register(signed, record.timestamp());
      // Before anything newer of a signer that is known now: first come counts.
      retryWaiting();
    } else {
      read(signed, System.nanoTime() + UNKNOWN_SIGNER_PATIENCE.toNanos());
    }
  }

  private void retryWaiting() {
    for (int i = waiting.size(); i > 0; i--) {
      Waiting next = waiting.remove();
      read(next.record(), next.untilNanos());
    }
  }

  private void read(SignedRecord record, long untilNanos) {
    Topic topic = topics.getOrDefault(record.topic(), catalogue.shardInputs());
    switch (EventReader.read(topic, record, log.keys())) {
      case Reading.Refused refused
          when refused.reason().equals(DeadLetterReason.UNKNOWN_SIGNER)
              && System.nanoTime() < untilNanos
              && waiting.size() < PATIENCE_RECORDS_MAX ->
          waiting.add(new Waiting(record, untilNanos));
      case Reading.Refused refused -> refuse(refused);
      case Reading.Valid valid -> apply(valid);
    }
  }

  private void refuse(Reading.Refused refused) {
    if (refused.record().topic().equals(controls.name())) {
      outbox.refuse(refused.record(), refused.reason(), refused.detail());
    } else {
      LOG.atDebug()
          .addKeyValue("topic", refused.record().topic())
          .addKeyValue("offset", refused.record().offset())
          .addKeyValue("reason", refused.reason())
          .log("public record passed over");
    }
  }

  private void apply(Reading.Valid valid) {
    try {
      switch (valid.event()) {
        case Control control -> log.controls(Wire.hash(control.getTaskId())).tell(control);
        case Accepted accepted -> log.add(accepted);
        case Commitment commitment when ownWords(valid) -> {
          log.add(commitment);
          draws.add(commitment, valid.record().partition(), valid.record().offset());
        }
        case Opening opening when ownWords(valid) && inShard(valid, opening.getRequestId()) ->
            cases.opened(opening);
        case PrivateOpening opening
            when ownWords(valid) && inShard(valid, opening.getRequestId()) ->
            cases.opened(opening);
        case Challenge challenge -> cases.challenged(challenge);
        case EpochClosed closed when isSealers(valid) -> draws.epochs().add(closed);
        case WitnessRemoved removed when isSealers(valid) -> draws.epochs().add(removed);
        case Verdict verdict -> cases.decided(verdict);
        default -> {
          // Other events of these topics, and words that a worker puts into another one's mouth.
        }
      }
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("topic", valid.record().topic())
          .addKeyValue("offset", valid.record().offset())
          .addKeyValue("fault", e.toString())
          .log("record could not be applied");
    }
  }

  /** Deciding reads its own shard's partitions; what lies elsewhere is no opening of the case. */
  private boolean inShard(Reading.Valid valid, String requestId) {
    return valid.record().partition() == catalogue.shardOf(requestId);
  }

  private static boolean isSealers(Reading.Valid valid) {
    return valid.record().signer().equals(Signers.SEALER);
  }

  private static boolean ownWords(Reading.Valid valid) {
    return OwnWords.of(valid.record().signer(), valid.event());
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
  }
}
