package io.verillm.gpu.worker;

import io.verillm.events.DutyBegun;
import io.verillm.events.FlagKind;
import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.flag.PlantedFlag;
import io.verillm.protocol.flag.Sentinel;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ConsumerSettings;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plants a worker's flags, opens them behind their last verdicts and proves its duties: one thread
 * with one consumer of flags and verdicts. What is to be done {@link Sentinel} says.
 */
final class FlagDesk implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlagDesk.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final WorkerSettings settings;
  private final FlagSettings flags;
  private final Catalogue catalogue;
  private final LogView log;
  private final Outbox outbox;
  private final Sentinel sentinel;
  private final Consumer<byte[], byte[]> consumer;
  private final SignedProducer requests;
  private final Set<String> planted = new HashSet<>();

  /**
   * Requests of its own flags that this worker has begun to write, until their flags are opened.
   */
  private final Set<String> inHand = new HashSet<>();

  private boolean paused;
  private volatile boolean stopping;

  private FlagDesk(
      WorkerSettings settings,
      FlagSettings flags,
      LogView log,
      Outbox outbox,
      Consumer<byte[], byte[]> consumer,
      SignedProducer requests) {
    this.settings = settings;
    this.flags = flags;
    this.catalogue = settings.catalogue();
    this.log = log;
    this.outbox = outbox;
    this.consumer = consumer;
    this.requests = requests;
    this.sentinel =
        new Sentinel(
            settings.id(), settings.secret(), settings.vrf(), catalogue::shardOf, flags.prompts());
  }

  /** Connects; {@link #run} does the rest. */
  static FlagDesk connect(WorkerSettings settings, FlagSettings flags, LogView log, Outbox outbox) {
    EventSigner first = new EventSigner(Signers.REQUESTER, Sentinel.account(settings.secret(), 0));
    SignedProducer requests = SignedProducer.idempotent(flags.requester(), first);
    Consumer<byte[], byte[]> consumer = ConsumerSettings.consumer(settings.access());
    FlagDesk desk = new FlagDesk(settings, flags, log, outbox, consumer, requests);
    try {
      desk.assign(Instant.now().minus(settings.lookBack()));
      return desk;
    } catch (RuntimeException e) {
      consumer.close();
      requests.close();
      throw e;
    }
  }

  private void assign(Instant from) {
    List<TopicPartition> begun = partitions(catalogue.flags());
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions(catalogue.verdicts()).forEach(p -> times.put(p, from.toEpochMilli()));
    Map<TopicPartition, Long> ends = consumer.endOffsets(times.keySet());
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    consumer.assign(Stream.concat(begun.stream(), times.keySet().stream()).toList());
    // Few records, and the last two duties of each shard may be anywhere in them.
    consumer.seekToBeginning(begun);
    times
        .keySet()
        .forEach(p -> consumer.seek(p, found.get(p) == null ? ends.get(p) : found.get(p).offset()));
    while (consumer.endOffsets(begun).entrySet().stream()
        .anyMatch(p -> isBehind(p.getKey(), p.getValue()))) {
      consumer.poll(POLL).forEach(this::read);
    }
  }

  private boolean isBehind(TopicPartition partition, long end) {
    return consumer.position(partition) < end;
  }

  private static List<TopicPartition> partitions(Topic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  @Override
  public void run() {
    try (consumer;
        requests) {
      while (!stopping) {
        consumer.poll(POLL).forEach(this::read);
        act(System.currentTimeMillis());
      }
    } catch (WakeupException stopped) {
      // close() was called.
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    Topic topic = catalogue.byName(record.topic()).orElseThrow();
    if (EventReader.read(topic, SignedRecords.from(record), log.keys())
            instanceof Reading.Valid valid
        && valid.record().signer().equals(Signers.COORDINATOR)) {
      switch (valid.event()) {
        case DutyBegun begun when begun.getShard() == record.partition() -> begun(begun);
        case Verdict verdict when verdict.getLast() -> ended(verdict, record.partition());
        default -> {
          // What other workers owe and open.
        }
      }
    }
  }

  private synchronized void begun(DutyBegun event) {
    try {
      sentinel.begun(event);
    } catch (IllegalArgumentException e) {
      LOG.atWarn().addKeyValue("worker", settings.id()).log("no duty: {}", e.getMessage());
    }
  }

  private void ended(Verdict verdict, int shard) {
    Optional<PlantedFlag> flag;
    synchronized (this) {
      flag = sentinel.ended(verdict.getRequestId());
    }
    if (isMine(verdict)) {
      flag.ifPresent(found -> outbox.flag(shard, found.opening(flags.cheat())));
    } else if (authors(verdict).findAny().isPresent()) {
      flag.ifPresent(
          found -> outbox.claim(shard, found.ignored(settings.id(), catalogue.requests().name())));
    }
    synchronized (this) {
      inHand.remove(verdict.getRequestId());
      notifyAll();
    }
  }

  /** Whether the coordinator gave the request to this worker, whole, as it must. */
  private boolean isMine(Verdict verdict) {
    return verdict.getSegments() == 1
        && authors(verdict).findFirst().filter(settings.id()::equals).isPresent();
  }

  private static Stream<String> authors(Verdict verdict) {
    return verdict.getMembers().stream()
        .filter(member -> member.getRole() == MemberRole.AUTHOR)
        .map(VerdictMember::getWorker);
  }

  private void act(long nowMillis) {
    List<PlantedFlag> due;
    synchronized (this) {
      due = paused ? List.of() : sentinel.due(nowMillis);
      due.forEach(flag -> planted.add(flag.requestId().toString()));
    }
    due.forEach(this::plant);
    synchronized (this) {
      sentinel.proofs(nowMillis).forEach(proof -> outbox.duty(proof.getShard(), proof));
    }
  }

  private void plant(PlantedFlag flag) {
    SignedRecord request = flag.signed(settings.id(), catalogue.requests().name());
    requests.send(
        new ProducerRecord<>(
            request.topic(), null, request.key(), request.value(), SignedRecords.headers(request)));
  }

  /** Begins a task; says whether the one with this sampling seed is that of its own BAD flag. */
  synchronized boolean isBad(Hash seed) {
    Optional<PlantedFlag> flag = sentinel.ofSeed(seed);
    flag.ifPresent(own -> inHand.add(own.requestId().toString()));
    return flag.filter(own -> own.kind() == FlagKind.BAD).isPresent();
  }

  /**
   * Plants no more, and waits until the flags whose answers this worker wrote are opened: one that
   * is not opened costs it the slash of an author that cheated.
   *
   * @param limit how long to wait at most
   * @return whether all are opened
   */
  synchronized boolean settle(Duration limit) throws InterruptedException {
    paused = true;
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos();
        !inHand.isEmpty() && left > 0;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return inHand.isEmpty();
  }

  /**
   * Plants no more.
   *
   * @return ids of the requests that were planted since the start
   */
  synchronized Set<String> pause() {
    paused = true;
    return Set.copyOf(planted);
  }

  @Override
  public void close() {
    if (!stopping) {
      stopping = true;
      consumer.wakeup();
    }
  }
}
