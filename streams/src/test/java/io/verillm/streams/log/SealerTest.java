package io.verillm.streams.log;

import static io.verillm.streams.log.LogStack.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Seal;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  private LogStack stack;

  @BeforeEach
  void startBroker() throws Exception {
    stack = LogStack.start(directory);
  }

  @AfterEach
  void stopBroker() {
    stack.close();
  }

  @Test
  void shouldCloseTheSameEpochsOnEveryShardOverEveryRecord() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      writeVote(0);
      writeVote(1);
      long last = writeVote(1);

      awaitSealed(new LogPartition(CATALOGUE.votes().name(), 1), last + 1);

      await().untilAsserted(() -> assertThat(stack.closed(0)).hasSize(seals().size()));
      assertThat(stack.closed(1)).isEqualTo(stack.closed(0));
      assertThat(one.faults()).isEmpty();
      assertThat(two.faults()).isEmpty();
      assertThat(sealer.faults()).isEmpty();
      assertThat(stack.closed(0)).extracting(ClosedEpoch::randomness).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldGoOnBehindTheLastSealAfterARestartOfEveryParty() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      await().until(() -> stack.closed(0).size() >= 2);
    }
    int before = seals().size();
    long last = writeVote(0);

    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      awaitSealed(new LogPartition(CATALOGUE.votes().name(), 0), last + 1);

      await()
          .untilAsserted(() ->
              assertThat(stack.closed(1).size()).isGreaterThan(before).isEqualTo(seals().size()));
      assertThat(one.faults().keySet()).isSubsetOf(LogFault.TIME_BEHIND);
    }
  }

  @Test
  void shouldCompleteAnEpochThatWasSealedWhileNoWitnessRan() throws Exception {
    try (Sealer sealer = stack.sealer()) {
      await().until(() -> !seals().isEmpty());
    }

    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();

      await().untilAsserted(() -> assertThat(stack.closed(0)).hasSizeGreaterThanOrEqualTo(2));
    }
  }

  @Test
  void shouldRecoverFromItsOwnSealsAlone() throws Exception {
    try (Sealer sealer = stack.sealer()) {
      await().until(() -> !seals().isEmpty());
    }
    SignedRecord first = stack.read(CATALOGUE.seals()).getFirst();
    int before = seals().size();
    try (SignedProducer stranger = stranger(Signers.SEALER)) {
      stranger.sendBytes(CATALOGUE.seals(), 0, RecordKeys.epoch(before), new byte[] {1, 2, 3});
      stranger.sendBytes(CATALOGUE.seals(), 0, RecordKeys.epoch(before), first.value());
      stranger.send(
          new ProducerRecord<>(
              first.topic(), 0, null, first.key(), first.value(), SignedRecords.headers(first)));
      stranger.flush();
    }

    try (Sealer sealer = stack.sealer()) {
      long last = writeVote(0);

      awaitSealed(new LogPartition(CATALOGUE.votes().name(), 0), last + 1);
      assertThat(sealer.ended()).isNotDone();
    }
  }

  @Test
  void shouldRestThoughAStrangerSaysThatARequestIsOpen() throws Exception {
    try (Sealer sealer = stack.sealer();
        SignedProducer stranger = stranger(Signers.COORDINATOR)) {
      stranger.send(
          CATALOGUE.ledgerCommands(),
          RecordKeys.text("c"),
          new ReserveEscrow("c", "request", 0, "requester:a", 100L, 0));
      stranger.flush();
      awaitSealed(new LogPartition(CATALOGUE.ledgerCommands().name(), 0), 1);

      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(6))
          .until(new Unchanged(() -> seals().size()));
    }
  }

  private SignedProducer stranger(String name) {
    return SignedProducer.idempotent(
        stack.servers(), new EventSigner(name, SigningKey.fromSeed(LogStack.seed(99))));
  }

  @Test
  void shouldStopWhenASecondSealerTakesOver() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer first = stack.sealer()) {
      stack.copyRegistrations();
      await().until(() -> !seals().isEmpty());

      try (Sealer second = stack.sealer()) {
        long last = writeVote(0);

        await().until(() -> first.ended().isCompletedExceptionally());
        awaitSealed(new LogPartition(CATALOGUE.votes().name(), 0), last + 1);
        assertThat(second.ended()).isNotDone();
        await().untilAsserted(() -> assertThat(stack.closed(0)).hasSize(seals().size()));
      }
    }
  }

  @Test
  void shouldSealEveryTickWhileARequestIsOpenAndRestWhenNothingComes() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      stack.write(
          CATALOGUE.ledgerCommands(),
          0,
          RecordKeys.text("c"),
          new ReserveEscrow("c", "request", 0, "requester:a", 100L, 0));
      await().atMost(Duration.ofSeconds(30)).until(() -> seals().size() >= 12);

      List<Seal> seals = seals();
      long tenSeals =
          seals.getLast().getTimeMillis() - seals.get(seals.size() - 11).getTimeMillis();
      // At least ten ticks; on a busy machine more, but never anything like ten idle times.
      assertThat(tenSeals).isBetween(2_400L, 9_000L);

      stack.write(
          CATALOGUE.shardInputs(),
          0,
          RecordKeys.shard(0),
          new EscrowDecided("request", false, 0L, "no funds", "", 0));
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(6))
          .until(new Unchanged(() -> seals().size()));
    }
  }

  @Test
  void shouldWaitUntilEveryShardKnowsTheCoordinatorAndItsWitnesses() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      await().until(() -> one.cosigned() >= 1 && two.cosigned() >= 1);
      assertThat(stack.closed(0)).isEmpty();

      stack.copyRegistrations();

      await().atMost(LONG).until(() -> !stack.closed(1).isEmpty());
    }
  }

  @Test
  void shouldGoOnWithoutAWitnessThatDiesAndWithItWhenItIsBack() throws Exception {
    try (Witness one = stack.witness("one");
        Sealer sealer = stack.sealer()) {
      try (Witness two = stack.witness("two")) {
        stack.copyRegistrations();
        openRequest();
        await().atMost(LONG).until(() -> closers().size() >= 3);
      }
      int before = seals().size();

      await().atMost(LONG).until(() -> closers().size() >= before + 4);

      assertThat(closers().getLast()).containsExactly("one");
      assertThat(removed()).isNotEmpty().containsOnly("two");
      try (Witness two = stack.witness("two")) {
        await().atMost(LONG).until(() -> closers().getLast().equals(List.of("one", "two")));
      }
      assertThat(sealer.ended()).isNotDone();
      assertThat(one.faults()).isEmpty();
    }
    int size = Math.min(stack.closed(0).size(), stack.closed(1).size());
    assertThat(stack.closed(1).subList(0, size)).isEqualTo(stack.closed(0).subList(0, size));
  }

  @Test
  void shouldNotCloseAnEpochWithoutAnyWitness() throws Exception {
    try (Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      openRequest();

      // 20 ticks are 5 seconds.
      await().atMost(LONG).until(() -> sealedMillis() > 6_000);

      assertThat(stack.closed(0)).isEmpty();
      assertThat(removed()).isEmpty();
    }
  }

  @Test
  void shouldGoOnWithoutReadingOldEpochsAgain() throws Exception {
    try (Witness one = stack.witness("one");
        Witness two = stack.witness("two");
        Sealer sealer = stack.sealer()) {
      stack.copyRegistrations();
      openRequest();
      await().atMost(LONG).until(() -> closers().size() >= 24);
    }
    SealerRecovery recovery =
        new SealerRecovery(stack.servers(), CATALOGUE, LogStack.KEY.publicKey());

    SealerRecovery.Recovered whole = recovery.recover(1_000);
    SealerRecovery.Recovered tail = recovery.recover(4);

    try (PublicLog first = whole.log();
        PublicLog second = tail.log()) {
      assertThat(whole.readFrom()).isZero();
      assertThat(tail.readFrom()).isPositive();
      assertThat(tail.state()).isEqualTo(whole.state());
      assertThat(tail.view().closedThrough()).isEqualTo(whole.view().closedThrough());
      assertThat(tail.view().knowsWitnesses()).isTrue();
      assertThat(second.takeAll()).isEqualTo(first.takeAll());
    }
  }

  @Test
  void shouldSealWhatWasWrittenWhileItStoodStill() throws Exception {
    LogPartition votes = new LogPartition(CATALOGUE.votes().name(), 1);
    long last = writeVote(1);
    try (PublicLog log =
        new PublicLog(stack.servers(), CATALOGUE, List.of(), Map.of(), InstantSource.system())) {
      Map<LogPartition, Long> cut = log.causalCut(List.of(CATALOGUE.accepted()), record -> {});

      assertThat(cut).containsEntry(votes, last + 1);
      assertThat(log.take(cut).in(votes)).hasSize(1);
    }
  }

  @Test
  void shouldSealNothingAndSayWhyWhileAPartitionCannotBeRead() {
    LogPartition votes = new LogPartition(CATALOGUE.votes().name(), 1);
    AtomicLong now = new AtomicLong();
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
    Map<TopicPartition, Long> begins = new HashMap<>();
    PublicLog.sealedPartitions(CATALOGUE)
        .forEach(p -> begins.put(new TopicPartition(p.topic(), p.partition()), 0L));
    consumer.updateBeginningOffsets(begins);
    consumer.updateEndOffsets(begins);
    consumer.updateEndOffsets(Map.of(new TopicPartition(votes.topic(), 1), 3L));
    InstantSource clock = () -> Instant.ofEpochMilli(now.getAndAdd(10_000));

    try (PublicLog log = new PublicLog(consumer, CATALOGUE, List.of(), Map.of(), clock)) {
      assertThatThrownBy(() -> log.causalCut(List.of(CATALOGUE.accepted()), record -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(votes + "=3");
      assertThat(now.get()).isGreaterThan(PublicLog.STANDSTILL_MAX.toMillis());
    }
  }

  @Test
  void shouldGoOnWithASealThatWitnessesCosignThoughItStoodStillForLong() throws Exception {
    AtomicLong ahead = new AtomicLong();
    InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
    LogPartition votes = new LogPartition(CATALOGUE.votes().name(), 1);
    try (Witness one = stack.witness("one", clock);
        Witness two = stack.witness("two", clock)) {
      try (Sealer sealer = stack.sealer(clock)) {
        stack.copyRegistrations();
        await().until(() -> !stack.closed(0).isEmpty());
      }
      long last = writeVote(1);
      // By then the witnesses have read it too.
      assertThat(stack.read(CATALOGUE.votes())).hasSize(1);
      ahead.addAndGet(10 * SealCheck.HELD_BACK_MILLIS_MAX);
      try (Sealer sealer = stack.sealer(clock)) {
        awaitSealed(votes, last + 1);
        int sealed = seals().size();

        await()
            .untilAsserted(() -> assertThat(stack.closed(0)).hasSizeGreaterThanOrEqualTo(sealed));
      }
      assertThat(one.faults()).doesNotContainKey(LogFault.RECORDS_HELD_BACK);
      assertThat(two.faults()).doesNotContainKey(LogFault.RECORDS_HELD_BACK);
    }
  }

  private void openRequest() throws Exception {
    stack.write(
        CATALOGUE.ledgerCommands(),
        0,
        RecordKeys.text("c"),
        new ReserveEscrow("c", "request", 0, "requester:a", 100L, 0));
  }

  private long sealedMillis() {
    List<Seal> seals = seals();
    return seals.isEmpty() ? 0 : seals.getLast().getTimeMillis() - seals.getFirst().getTimeMillis();
  }

  /** Who cosigned each closed epoch of the first shard. */
  private List<List<String>> closers() {
    return stack.read(CATALOGUE.shardInputs()).stream()
        .filter(record -> record.partition() == 0)
        .map(LogStack::event)
        .filter(EpochClosed.class::isInstance)
        .map(event ->
            ((EpochClosed) event)
                .getCosignatures().stream().map(CosignatureCopy::getWitness).toList())
        .toList();
  }

  private List<String> removed() {
    return stack.read(CATALOGUE.shardInputs()).stream()
        .map(LogStack::event)
        .filter(WitnessRemoved.class::isInstance)
        .map(event -> ((WitnessRemoved) event).getWitness())
        .toList();
  }

  private long writeVote(int shard) throws Exception {
    stack.write(
        CATALOGUE.votes(),
        shard,
        RecordKeys.text("request"),
        new Vote(
            "request",
            0,
            1,
            ByteBuffer.allocate(32),
            "w-01",
            VoteDecision.ACCEPT,
            VoteReason.NONE));
    return stack.read(CATALOGUE.votes()).stream()
        .filter(record -> record.partition() == shard)
        .mapToLong(SignedRecord::offset)
        .max()
        .orElseThrow();
  }

  private void awaitSealed(LogPartition partition, long end) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> seals().stream().anyMatch(seal -> end(seal, partition) >= end));
  }

  private static long end(Seal seal, LogPartition partition) {
    return SealRanges.ends(seal).getOrDefault(partition, 0L);
  }

  private List<Seal> seals() {
    return stack.read(CATALOGUE.seals()).stream()
        .filter(record -> record.value().length > 10)
        .map(record -> (Seal) LogStack.event(record))
        .toList();
  }

  /** Whether a number is what it was when first asked. */
  private static final class Unchanged implements Callable<Boolean> {
    private final IntSupplier number;
    private int last = -1;

    Unchanged(IntSupplier number) {
      this.number = number;
    }

    @Override
    public Boolean call() {
      int now = number.getAsInt();
      boolean same = now == last;
      last = now;
      return same;
    }
  }
}
