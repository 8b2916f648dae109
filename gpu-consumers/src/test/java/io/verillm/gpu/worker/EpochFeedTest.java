package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.gpu.Keys;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochFeedTest {
  private static final Catalogue CATALOGUE = Catalogue.local();
  private static final VrfKey WITNESS = VrfKey.fromSeed(Hashing.hash("witness").bytes());
  private static final EventSigner SEALER =
      new EventSigner(Signers.SEALER, Keys.signing("coordinator"));
  private static final TopicPartition SPINE = new TopicPartition(CATALOGUE.shardInputs().name(), 0);
  private static final int EPOCHS = 20_000;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final EpochView epochs = new EpochView(CATALOGUE.seals().name(), EpochFeedTest::registry);
  private final EpochFeed feed = new EpochFeed(consumer, SPINE, epochs);
  private final List<Long> read = new ArrayList<>();

  @BeforeEach
  void assign() {
    consumer.assign(List.of(SPINE));
    consumer.updateBeginningOffsets(Map.of(SPINE, 0L));
    consumer.updateEndOffsets(Map.of(SPINE, (long) EPOCHS));
    consumer.seek(SPINE, feed.start());
    poll();
  }

  @Test
  void shouldBeginNearTheEndAndGoBackNoFurtherThanItMust() {
    assertThat(read).hasSizeLessThan(EPOCHS / 2).endsWith(EPOCHS - 1L);
    read.clear();

    assertThat(epochs.find(EPOCHS - 5_000)).isEmpty();
    readToEnd();

    assertThat(epochs.find(EPOCHS - 5_000)).map(ClosedEpoch::epoch).contains(EPOCHS - 5_000L);
    assertThat(read).doesNotContain(0L);
  }

  @Test
  void shouldFindTheFirstEpochOfTheLog() {
    assertThat(epochs.find(0)).isEmpty();
    readToEnd();

    assertThat(epochs.find(0)).map(ClosedEpoch::epoch).contains(0L);
  }

  @Test
  void shouldReadTheLogOnceForAnEpochThatItDoesNotHold() {
    // Its record is there and closes nothing.
    assertThat(epochs.find(7)).isEmpty();
    readToEnd();
    assertThat(read).contains(7L);
    read.clear();

    assertThat(epochs.find(7)).isEmpty();
    readToEnd();
    assertThat(read).isEmpty();
  }

  @Test
  void shouldTakeTheCopyThatHoldsWhereAnotherDoesNot() {
    assertThat(epochs.find(EPOCHS)).isEmpty();

    epochs.add(closed(EPOCHS, false));
    assertThat(epochs.find(EPOCHS)).isEmpty();
    epochs.add(closed(EPOCHS, true));

    assertThat(epochs.find(EPOCHS)).isPresent();
  }

  private void readToEnd() {
    do {
      feed.reach();
      poll();
    } while (epochs.misses() || consumer.position(SPINE) < EPOCHS);
    feed.reach();
  }

  /** What a broker would give from the present position on. */
  private void poll() {
    long from = consumer.position(SPINE);
    for (long epoch = from; epoch < EPOCHS; epoch++) {
      consumer.addRecord(new ConsumerRecord<>(SPINE.topic(), 0, epoch, new byte[0], new byte[0]));
    }
    consumer
        .poll(Duration.ZERO)
        .forEach(record -> {
          read.add(record.offset());
          boolean whole = record.offset() == 0 || record.offset() == EPOCHS - 5_000;
          epochs.add(closed(record.offset(), whole));
        });
  }

  private static EpochClosed closed(long epoch, boolean whole) {
    if (!whole) {
      ByteBuffer nothing = ByteBuffer.allocate(0);
      return new EpochClosed(epoch, nothing, nothing, List.of());
    }
    SealState before = SealState.start(List.of(new LogPartition("a", 0)));
    Hash previous = epoch == 0 ? before.chain().previousHash() : Hashing.hash("seal");
    SealChain chain = new SealChain(epoch, previous, 0, new TreeMap<>(before.chain().ends()));
    byte[] value =
        EventCodec.encode(
            new SealState(chain, before.tree()).seal(EpochRecords.none(), epoch, SEALER.key()));
    SignedRecord record =
        SEALER.sign(CATALOGUE.seals().name(), 0, EpochVerifier.epochKey(epoch), value);
    return new EpochClosed(
        epoch,
        ByteBuffer.wrap(value),
        ByteBuffer.wrap(record.signature()),
        List.of(
            new CosignatureCopy(
                "w", Wire.buffer(Beacon.cosign(WITNESS, Beacon.sealHash(value)).bytes()))));
  }

  private static RegistrySnapshot registry() {
    byte[] coordinator =
        EventCodec.encode(
            new RegisteredCoordinator(
                    "c-1",
                    SEALER.key().publicKey(),
                    VrfKey.fromSeed(Hashing.hash("vrf").bytes()).publicKey(),
                    CATALOGUE.shards(),
                    List.of(
                        new RegisteredWitness(
                            "w", Keys.signing("w").publicKey(), WITNESS.publicKey())))
                .toEvent());
    return RegistrySnapshot.empty()
        .apply(
            new EventSigner(Signers.COORDINATOR, SEALER.key())
                .sign(
                    CATALOGUE.registry().name(),
                    0,
                    RegistrySubject.coordinator("c-1"),
                    coordinator))
        .snapshot();
  }
}
