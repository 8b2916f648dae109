package io.verillm.streams.log;

import static io.verillm.streams.log.LogStack.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.events.Cosignature;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.SealedRange;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.Checkpoint;
import io.verillm.protocol.log.Cosigning;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A witness against sealers that lie: the seals are written by hand. */
class WitnessTest {
  private static final long NOW = 1_760_000_000_000L;

  @TempDir Path directory;
  private LogStack stack;
  private SignedProducer sealer;
  private Witness witness;
  private final AtomicLong clock = new AtomicLong(NOW);
  private SealState state = SealState.start(PublicLog.sealedPartitions(CATALOGUE));
  private Map<LogPartition, Long> sealedTo = new TreeMap<>();

  @BeforeEach
  void startBroker() throws Exception {
    stack = LogStack.start(directory);
    sealer = SignedProducer.idempotent(stack.servers(), LogStack.SEALER);
    witness = startWitness();
    sealHonestly(NOW);
    awaitCosigned(1);
  }

  @AfterEach
  void stopBroker() {
    witness.close();
    sealer.close();
    stack.close();
  }

  @Test
  void shouldNotCosignASealThatDropsARecord() throws Exception {
    writeVote();
    writeVote();
    EpochRecords records = unsealed();
    EpochRecords lacking = withoutFirstVote(records);

    publish(
        withRanges(
            state.seal(lacking, NOW, LogStack.KEY),
            state.seal(records, NOW, LogStack.KEY).getRanges()));

    awaitFault(LogFault.WRONG_TREE_SIZE);
    assertNothingMoreIsCosigned();
  }

  @Test
  void shouldNotCosignASealOverRecordsThatTheLogDoesNotHold() throws Exception {
    writeVote();
    LogPartition votes = new LogPartition(CATALOGUE.votes().name(), 0);
    List<LogLeaf> invented = new ArrayList<>(unsealed().in(votes));
    invented.add(new LogLeaf(1_000, invented.getFirst().recordHash()));

    publish(state.seal(EpochRecords.of(Map.of(votes, invented)), NOW, LogStack.KEY));

    awaitFault(LogFault.RECORDS_MISSING);
    assertNothingMoreIsCosigned();
  }

  @Test
  void shouldNotCosignASealThatLeavesACosignatureOutUntilItsWitnessCanBeRemoved() throws Exception {
    // Its own cosignature of the first seal lies on the log.
    sealOver(without(CATALOGUE.cosignatures()), NOW + 250);
    awaitCosigned(2);
    long limit = SealCheck.COSIGNATURE_HELD_BACK_MILLIS_MAX;
    assertThat(limit).isLessThanOrEqualTo(Removal.TICKS * 250 / 2);
    clock.addAndGet(limit);
    sealOver(without(CATALOGUE.cosignatures()), NOW + limit);
    awaitCosigned(3);

    clock.addAndGet(1);
    publish(state.seal(without(CATALOGUE.cosignatures()), NOW + limit + 1, LogStack.KEY));

    awaitFault(LogFault.RECORDS_HELD_BACK);
    await().until(() -> !said(SealRefused.class).isEmpty());
  }

  @Test
  void shouldNotCosignASealThatLeavesOutWhatHasLongBeenThere() throws Exception {
    writeVote();
    sealHonestly(NOW + 250);
    writeVote();
    // Its cosignature shows that the witness has read what lay before the seal.
    sealOver(without(CATALOGUE.votes()), NOW + 500);
    awaitCosigned(3);
    clock.addAndGet(SealCheck.HELD_BACK_MILLIS_MAX);
    sealOver(without(CATALOGUE.votes()), NOW + SealCheck.HELD_BACK_MILLIS_MAX);
    awaitCosigned(4);

    clock.addAndGet(1);
    publish(
        state.seal(
            without(CATALOGUE.votes()), NOW + SealCheck.HELD_BACK_MILLIS_MAX + 1, LogStack.KEY));

    awaitFault(LogFault.RECORDS_HELD_BACK);
    await().until(() -> !said(SealRefused.class).isEmpty());
    assertThat(said(SealRefused.class).getFirst().getFault())
        .isEqualTo(LogFault.RECORDS_HELD_BACK.name());
  }

  @Test
  void shouldCosignOnlyTheFirstOfTwoSealsOfOneEpochAndNothingBehindThem() throws Exception {
    SealState before = state;
    sealHonestly(NOW + 100);
    awaitCosigned(2);

    EpochRecords next = unsealed();
    // One after the other, so that its own word about the fork does not come before the next seal.
    publish(before.seal(EpochRecords.none(), NOW + 200, LogStack.KEY));
    sealOver(next, NOW + 300);

    await().untilAsserted(() -> assertThat(witness.faults()).containsEntry(LogFault.FORK, 2L));
    assertThat(cosignatures(1)).extracting(Cosignature::getSealHash).containsOnly(lastSealHash());
    assertThat(cosignatures(2)).isEmpty();
  }

  @Test
  void shouldRememberAfterARestartThatTheLogWasForked() throws Exception {
    LastCosigned memory = restartWithADisk();
    SealState before = state;
    sealHonestly(NOW + 100);
    sealHonestly(NOW + 200);
    await().until(() -> !cosignatures(2).isEmpty());
    // Of an epoch before the last, which its disk says nothing of.
    publish(before.seal(EpochRecords.none(), NOW + 250, LogStack.KEY));
    await().until(() -> !said(SealRefused.class).isEmpty());
    witness.close();
    witness = startWitness(memory);

    sealHonestly(NOW + 300);

    await().until(() -> witness.faults().containsKey(LogFault.FORK));
    assertThat(cosignatures(3)).isEmpty();
  }

  @Test
  void shouldNotCosignASealFromTheFuture() throws Exception {
    publish(state.seal(EpochRecords.none(), NOW + SealCheck.CLOCK_MILLIS_MAX + 1, LogStack.KEY));

    awaitFault(LogFault.TIME_AHEAD);
    await().until(() -> !said(SealRefused.class).isEmpty());
    SealRefused refusal = said(SealRefused.class).getFirst();
    assertThat(refusal.getFault()).isEqualTo(LogFault.TIME_AHEAD.name());
    assertThat(refusal.getTimeMillis()).isEqualTo(NOW);
    assertNothingMoreIsCosigned();
  }

  @Test
  void shouldNotCosignSealsWhoseClockStandsStill() throws Exception {
    clock.addAndGet(60_000);
    sealHonestly(NOW + 1);
    sealHonestly(NOW + 2);

    await().until(() -> witness.faults().getOrDefault(LogFault.TIME_BEHIND, 0L) == 2);
    assertNothingMoreIsCosigned();
  }

  @Test
  void shouldCosignALateSealOnceASealInTimeFollows() throws Exception {
    clock.addAndGet(60_000);
    sealHonestly(NOW + 1);
    await().until(() -> witness.faults().containsKey(LogFault.TIME_BEHIND));

    sealHonestly(NOW + 60_000);

    awaitCosigned(3);
    assertThat(cosignatures(1)).hasSize(1);
    assertThat(cosignatures(2)).hasSize(1);
  }

  @Test
  void shouldIgnoreASealThatTheSealerDidNotSign() throws Exception {
    EventSigner other = new EventSigner(Signers.SEALER, SigningKey.fromSeed(LogStack.seed(99)));
    try (SignedProducer stranger = SignedProducer.idempotent(stack.servers(), other)) {
      stranger.send(
          CATALOGUE.seals(),
          RecordKeys.epoch(1),
          state.seal(EpochRecords.none(), NOW, LogStack.KEY));
      stranger.flush();
    }
    awaitFault(LogFault.WRONG_SIGNATURE);

    sealHonestly(NOW);

    awaitCosigned(2);
  }

  @Test
  void shouldNeitherRepeatNorContradictItselfAfterARestart() throws Exception {
    witness.close();
    witness = startWitness();
    writeVote();

    sealHonestly(NOW + 250);

    awaitCosigned(1);
    assertThat(cosignatures(0)).hasSize(1);
    assertThat(cosignatures(1)).hasSize(1);
    assertThat(witness.faults()).isEmpty();
    assertThat(stack.read(CATALOGUE.registry()))
        .as("the coordinator's registration names the witness")
        .hasSize(1);
  }

  @Test
  void shouldGoOnFromTheTreeThatItCosignedLast() throws Exception {
    LastCosigned memory = restartWithADisk();
    writeVote();
    sealHonestly(NOW + 250);
    awaitCosigned(1);
    witness.close();
    assertThat(memory.read()).hasSize(1);
    writeVote();
    witness = startWitness(memory);

    sealHonestly(NOW + 500);

    awaitCosigned(1);
    assertThat(witness.faults()).isEmpty();
    assertThat(cosignatures(2)).hasSize(1);
  }

  @Test
  void shouldNotCosignAForkOfWhatItCosignedBeforeARestart() throws Exception {
    LastCosigned memory = restartWithADisk();
    SealState before = state;
    sealHonestly(NOW + 250);
    awaitCosigned(1);
    witness.close();
    witness = startWitness(memory);

    publish(before.seal(EpochRecords.none(), NOW + 300, LogStack.KEY));

    awaitFault(LogFault.FORK);
    await().until(() -> !said(SealRefused.class).isEmpty());
    // The kept cosignature was said again, the fork's never.
    assertThat(cosignatures(1)).extracting(Cosignature::getSealHash).containsOnly(lastSealHash());
  }

  @Test
  void shouldSayAgainWhatACrashKeptFromTheLog() throws Exception {
    witness.close();
    Seal next = state.seal(unsealed(), NOW + 250, LogStack.KEY);
    sealHonestly(NOW + 250);
    LastCosigned memory = new LastCosigned(directory.resolve("disk"));
    memory.write(List.of(new LastCosigned.CosignedSeal(1, EventCodec.encode(next))));

    witness = startWitness(memory);

    assertThat(cosignatures(1)).extracting(Cosignature::getSealHash).containsOnly(lastSealHash());
  }

  @Test
  void shouldNotRunWithADamagedMemory() throws Exception {
    LastCosigned memory = restartWithADisk();
    sealHonestly(NOW + 250);
    awaitCosigned(1);
    Path file = directory.resolve("disk").resolve("cosigned");
    byte[] damaged = Files.readAllBytes(file);
    damaged[20] ^= 1;
    Files.write(file, damaged);

    assertThatThrownBy(() -> startWitness(memory))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void shouldCosignInTheFormOfTheTransparencyLogs() throws Exception {
    Cosignature cosignature = cosignatures(0).getFirst();
    Seal seal = (Seal) LogStack.event(stack.read(CATALOGUE.seals()).getFirst());
    Checkpoint checkpoint = Checkpoint.of(seal, LogStack.KEY.publicKey());

    assertThat(cosignature.getTimeSeconds()).isEqualTo(NOW / 1_000);
    assertThat(Cosigning.line(cosignature, LogStack.keys("one").key().publicKey(), checkpoint))
        .isPresent();
    assertThat(Cosigning.line(cosignature, LogStack.keys("two").key().publicKey(), checkpoint))
        .isEmpty();
  }

  private ByteBuffer lastSealHash() {
    SignedRecord seal = stack.read(CATALOGUE.seals()).get(1);
    return ByteBuffer.wrap(Beacon.sealHash(seal.value()).bytes());
  }

  private LastCosigned restartWithADisk() {
    witness.close();
    LastCosigned memory = new LastCosigned(directory.resolve("disk"));
    witness = startWitness(memory);
    return memory;
  }

  private Witness startWitness(LastCosigned memory) {
    return stack.witness("one", () -> Instant.ofEpochMilli(clock.get()), memory);
  }

  @Test
  void shouldNotTakeAForgedCosignatureForItsOwn() throws Exception {
    EventSigner forger =
        new EventSigner(Signers.witness("one"), SigningKey.fromSeed(LogStack.seed(99)));
    witness.close();
    try (SignedProducer stranger = SignedProducer.idempotent(stack.servers(), forger)) {
      stranger.send(
          CATALOGUE.cosignatures(),
          RecordKeys.epoch(1),
          new Cosignature(
              1L,
              "one",
              ByteBuffer.allocate(32),
              ByteBuffer.allocate(80),
              0L,
              ByteBuffer.allocate(64)));
      stranger.flush();
    }
    witness = startWitness();

    sealHonestly(NOW + 250);

    awaitCosigned(1);
    assertThat(witness.faults()).isEmpty();
  }

  @Test
  void shouldRefuseToRunUnderAnIdThatIsRegisteredWithOtherKeys() {
    WitnessKeys other =
        new WitnessKeys(
            "one", SigningKey.fromSeed(LogStack.seed(5)), LogStack.keys("one").vrfKey());

    assertThatThrownBy(() ->
            Witness.start(
                stack.servers(),
                CATALOGUE,
                other,
                LogStack.KEY.publicKey(),
                InstantSource.system(),
                new LastCosigned(directory.resolve("other"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("witness one");
  }

  private Witness startWitness() {
    return stack.witness("one", () -> Instant.ofEpochMilli(clock.get()));
  }

  private void sealHonestly(long timeMillis) throws Exception {
    sealOver(unsealed(), timeMillis);
  }

  private void sealOver(EpochRecords records, long timeMillis) throws Exception {
    Seal seal = state.seal(records, timeMillis, LogStack.KEY);
    state = SealCheck.check(state, EventCodec.encode(seal), records).sound().orElseThrow();
    sealedTo = SealRanges.ends(seal);
    publish(seal);
  }

  private void publish(Seal seal) throws Exception {
    sealer.send(CATALOGUE.seals(), RecordKeys.epoch(seal.getEpoch()), seal).get();
  }

  private EpochRecords unsealed() {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    for (SignedRecord record : PublicLog.readAll(stack.servers(), CATALOGUE.publicInputs())) {
      LogPartition partition = new LogPartition(record.topic(), record.partition());
      if (record.offset() >= sealedTo.getOrDefault(partition, 0L)) {
        leaves.computeIfAbsent(partition, p -> new ArrayList<>()).add(LogLeaf.of(record));
      }
    }
    return EpochRecords.of(leaves);
  }

  private EpochRecords without(Topic topic) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>(unsealed().leaves());
    leaves.keySet().removeIf(partition -> partition.topic().equals(topic.name()));
    return EpochRecords.of(leaves);
  }

  private static EpochRecords withoutFirstVote(EpochRecords records) {
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>(records.leaves());
    LogPartition votes = new LogPartition(CATALOGUE.votes().name(), 0);
    leaves.put(votes, records.in(votes).subList(1, records.in(votes).size()));
    return EpochRecords.of(leaves);
  }

  private static Seal withRanges(Seal seal, List<SealedRange> ranges) {
    return new Seal(
        seal.getEpoch(),
        seal.getTimeMillis(),
        seal.getPreviousHash(),
        ranges,
        seal.getTreeSize(),
        seal.getTreeRoot(),
        seal.getTreeNodes(),
        seal.getCheckpointSignature());
  }

  private void writeVote() throws Exception {
    stack.write(
        CATALOGUE.votes(),
        0,
        RecordKeys.text("request"),
        new Vote(
            "request",
            0,
            1,
            ByteBuffer.allocate(32),
            "w-01",
            VoteDecision.ACCEPT,
            VoteReason.NONE));
  }

  private void awaitFault(LogFault fault) {
    await().until(() -> witness.faults().containsKey(fault));
    assertThat(witness.faults()).containsOnlyKeys(fault);
  }

  private void awaitCosigned(int count) {
    await().untilAsserted(() -> assertThat(witness.cosigned()).isEqualTo(count));
  }

  /** Also not for a later seal that is sound in itself. */
  private void assertNothingMoreIsCosigned() throws Exception {
    long faultsBefore = witness.faults().values().stream().mapToLong(n -> n).sum();
    Seal orphan =
        new Seal(
            90L,
            NOW,
            ByteBuffer.allocate(32),
            state.seal(EpochRecords.none(), NOW, LogStack.KEY).getRanges(),
            0L,
            ByteBuffer.allocate(32),
            List.of(),
            ByteBuffer.allocate(64));
    publish(orphan);
    await()
        .until(
            () -> witness.faults().values().stream().mapToLong(n -> n).sum() == faultsBefore + 1);
    assertThat(cosignatures()).hasSize(1);
  }

  private List<Cosignature> cosignatures(long epoch) {
    return cosignatures().stream().filter(c -> c.getEpoch() == epoch).toList();
  }

  /** Those of the first shard; every shard has its copies. */
  private List<Cosignature> cosignatures() {
    return said(Cosignature.class);
  }

  private <T> List<T> said(Class<T> type) {
    return stack.read(CATALOGUE.cosignatures()).stream()
        .filter(record -> record.partition() == 0)
        .map(LogStack::event)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }
}
