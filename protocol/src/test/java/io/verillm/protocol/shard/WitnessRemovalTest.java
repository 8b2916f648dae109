package io.verillm.protocol.shard;

import static io.verillm.protocol.shard.TestLog.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Cosignature;
import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.RemainingCosignature;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Witnesses a, b and c close epochs; c, or b and c, withhold. */
class WitnessRemovalTest {
  private static final long T0 = 1_000_000;
  private static final long TICK = 250;

  private final ShardBed bed = new ShardBed(3, List.of("a", "b", "c"));
  private final EpochClosed first = bed.log.close(T0);

  private static Hash hash(EpochClosed epoch) {
    return Beacon.sealHash(Wire.bytes(epoch.getSeal()));
  }

  private static List<CosignatureCopy> by(EpochClosed epoch, List<String> witnesses) {
    return epoch.getCosignatures().stream()
        .filter(c -> witnesses.contains(c.getWitness()))
        .toList();
  }

  private static EpochClosed closedBy(EpochClosed epoch, String... witnesses) {
    return new EpochClosed(
        epoch.getEpoch(), epoch.getSeal(), epoch.getSealSignature(), by(epoch, List.of(witnesses)));
  }

  private static WitnessRemoved removed(String witness, EpochClosed later, String... remaining) {
    return removedFrom(0, witness, later, remaining);
  }

  private static WitnessRemoved removedFrom(
      long epoch, String witness, EpochClosed later, String... remaining) {
    return new WitnessRemoved(
        epoch,
        witness,
        later.getEpoch(),
        later.getSeal(),
        later.getSealSignature(),
        by(later, List.of(remaining)).stream()
            .map(c -> new RemainingCosignature(c.getWitness(), c.getProof()))
            .toList());
  }

  private EpochClosed later(long ticks) {
    return bed.log.close(T0 + ticks * TICK);
  }

  private void cosigned(String witness, Hash sealHash) {
    bed.log.post(
        Signers.witness(witness),
        TOPICS.cosignatures(),
        new Cosignature(
            0L,
            witness,
            Wire.buffer(sealHash),
            Wire.buffer(TestKeys.prove(witness, sealHash.bytes()).bytes()),
            0L,
            Wire.buffer(new byte[0])));
  }

  private SignedRecord spine(WitnessRemoved event) {
    return bed.log.post(Signers.SEALER, TOPICS.spine(), event);
  }

  private Refusal close(EpochClosed epoch) {
    SignedRecord record = bed.log.post(Signers.SEALER, TOPICS.spine(), epoch);
    bed.apply();
    return bed.outcome(record);
  }

  @Test
  void shouldCloseAnEpochWithoutAWitnessThatWithheldForTwentyTicks() {
    SignedRecord removal = spine(removed("c", later(20), "a", "b"));

    assertThat(close(closedBy(first, "a", "b"))).isNull();

    assertThat(bed.outcome(removal)).isNull();
    assertThat(bed.shard.nextEpoch()).isEqualTo(1);
  }

  @Test
  void shouldBelieveARemovalFromTheFirstEpochOfAnExcerpt() {
    EpochClosed second = later(1);
    EpochClosed third = later(21);
    Shard excerpt = Shard.ofExcerpt(TOPICS, 0, bed.secrets);
    bed.log.all(TOPICS.spine()).forEach(record -> excerpt.apply(record, bed.log));

    excerpt.apply(spine(removedFrom(1, "c", third, "a", "b")), bed.log);
    excerpt.apply(
        bed.log.post(Signers.SEALER, TOPICS.spine(), closedBy(second, "a", "b")), bed.log);

    assertThat(excerpt.nextEpoch()).isEqualTo(2);
  }

  @Test
  void shouldCloseAnEpochWithTheOneWitnessThatIsLeft() {
    EpochClosed later = later(25);
    spine(removed("b", later, "a"));
    spine(removed("c", later, "a"));

    assertThat(close(closedBy(first, "a"))).isNull();
  }

  @Test
  void shouldTakeAnOutputThatCameAfterAll() {
    spine(removed("c", later(20), "a", "b"));

    assertThat(close(first)).isNull();
  }

  @Test
  void shouldGoOnAskingForTheWitnessInTheNextEpoch() {
    EpochClosed second = later(20);
    spine(removed("c", second, "a", "b"));
    close(closedBy(first, "a", "b"));

    assertThat(close(closedBy(second, "a", "b"))).isEqualTo(Refusal.BAD_EPOCH);
    assertThat(close(second)).isNull();
  }

  @Test
  void shouldNotCloseAnEpochBeforeTwentyTicksArePast() {
    SignedRecord removal = spine(removed("c", later(19), "a", "b"));

    assertThat(close(closedBy(first, "a", "b"))).isEqualTo(Refusal.BAD_EPOCH);

    assertThat(bed.outcome(removal)).isNull();
    assertThat(bed.shard.nextEpoch()).isZero();
  }

  @Test
  void shouldNotRemoveAWitnessWhoseOutputLiesOnTheLog() {
    cosigned("c", hash(first));
    spine(removed("c", later(20), "a", "b"));

    assertThat(close(closedBy(first, "a", "b"))).isEqualTo(Refusal.BAD_EPOCH);
    assertThat(close(first)).isNull();
  }

  @Test
  void shouldRemoveAWitnessWhoseRecordProvesNothing() {
    cosigned("c", Beacon.sealHash(new byte[] {1}));
    spine(removed("c", later(20), "a", "b"));

    assertThat(close(closedBy(first, "a", "b"))).isNull();
  }

  @Test
  void shouldNotBelieveASealThatARemainingWitnessDidNotCosign() {
    spine(removed("c", later(20), "a"));

    assertThat(close(closedBy(first, "a", "b"))).isEqualTo(Refusal.BAD_EPOCH);
  }

  @Test
  void shouldNeverCloseAnEpochWithoutAnyOutput() {
    EpochClosed later = later(20);
    spine(removed("a", later, "b", "c"));
    spine(removed("b", later, "a", "c"));
    spine(removed("c", later, "a", "b"));

    assertThat(close(closedBy(first))).isEqualTo(Refusal.BAD_EPOCH);
  }

  @Test
  void shouldRefuseARemovalThatProvesNothing() {
    EpochClosed later = later(20);
    WitnessRemoved sound = removed("c", later, "a", "b");
    List<WitnessRemoved> unsound =
        List.of(
            removed("d", later, "a", "b"),
            removed("c", later),
            removed("c", first, "a", "b"),
            with(sound, 1L, later.getSealSignature()),
            with(sound, 0L, Wire.buffer(new byte[64])),
            new WitnessRemoved(
                0L, "c", 1L, first.getSeal(), first.getSealSignature(), sound.getCosignatures()),
            new WitnessRemoved(
                0L,
                "c",
                1L,
                later.getSeal(),
                later.getSealSignature(),
                List.of(new RemainingCosignature("a", sound.getCosignatures().get(1).getProof()))));
    for (WitnessRemoved event : unsound) {
      SignedRecord record = spine(event);
      bed.apply();
      assertThat(bed.outcome(record)).isEqualTo(Refusal.BAD_REMOVAL);
    }
    SignedRecord stranger = bed.log.post(Signers.worker("w-01"), TOPICS.spine(), sound);
    bed.apply();
    assertThat(bed.outcome(stranger)).isEqualTo(Refusal.NOT_THE_SIGNER);
    assertThat(close(closedBy(first, "a", "b"))).isEqualTo(Refusal.BAD_EPOCH);
  }

  private static WitnessRemoved with(WitnessRemoved event, long epoch, ByteBuffer signature) {
    return new WitnessRemoved(
        epoch,
        event.getWitness(),
        event.getSealEpoch(),
        event.getSeal(),
        signature,
        event.getCosignatures());
  }
}
