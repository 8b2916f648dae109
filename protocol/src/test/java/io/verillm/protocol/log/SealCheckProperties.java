package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SealCheckProperties {

  @Property(tries = 100)
  void everyHonestSealIsSoundAndItsRootIsThatOfAllRecords(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int epochs) {
    SealState state = SealState.start(RecordedLog.PARTITIONS);
    List<Hash> all = new ArrayList<>();
    for (EpochRecords records : RecordedLog.epochs(seed, epochs)) {
      Seal seal = state.seal(records, RecordedLog.TIME_MILLIS);
      records.leaves().values().stream()
          .flatMap(List::stream)
          .forEach(leaf -> all.add(Merkle.leafHash(leaf.recordHash())));

      state = sound(SealCheck.check(state, EventCodec.encode(seal), records));

      assertThat(state.tree().size()).isEqualTo(all.size());
      assertThat(seal.getTreeRoot()).isEqualTo(ByteBuffer.wrap(Merkle.rootOf(all).bytes()));
    }
  }

  @Property(tries = 100)
  void everyDroppedRecordIsFound(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
    Attack attack = Attack.on(seed, epoch);
    List<Place> places = attack.places();
    Assume.that(!places.isEmpty());
    Place victim = places.get(attack.random.nextInt(places.size()));

    Seal lie = attack.sealOver(attack.without(victim));

    assertThat(attack.check(lie).refusal()).contains(LogFault.WRONG_TREE_SIZE);
  }

  @Property(tries = 100)
  void everyChangedRecordIsFound(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
    Attack attack = Attack.on(seed, epoch);
    List<Place> places = attack.places();
    Assume.that(!places.isEmpty());
    Place victim = places.get(attack.random.nextInt(places.size()));

    Seal lie = attack.sealOver(attack.replacing(victim, Hashing.hash("another", new byte[0])));

    assertThat(attack.check(lie).refusal()).contains(LogFault.WRONG_TREE_ROOT);
  }

  @Property(tries = 100)
  void everyTwoSwappedRecordsAreFound(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
    Attack attack = Attack.on(seed, epoch);
    List<Place> places = new ArrayList<>(attack.places());
    Assume.that(places.size() >= 2);
    Collections.shuffle(places, attack.random);
    Place one = places.get(0);
    Place two = places.get(1);

    Seal lie =
        attack.sealOver(
            attack.swapping(
                one, attack.leaf(one).recordHash(), two, attack.leaf(two).recordHash()));

    assertThat(attack.check(lie).refusal()).contains(LogFault.WRONG_TREE_ROOT);
  }

  @Property(tries = 100)
  void everyRangeThatSkipsRecordsIsFound(@ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
    Attack attack = Attack.on(seed, epoch);
    Seal honest = attack.sealOver(attack.records);
    int index = attack.random.nextInt(honest.getRanges().size());
    List<SealedRange> ranges = new ArrayList<>(honest.getRanges());
    SealedRange range = ranges.get(index);
    ranges.set(
        index,
        new SealedRange(
            range.getTopic(), range.getPartition(), range.getStart() + 1, range.getEnd() + 1));

    Checked<SealState> outcome = attack.check(attack.with(honest, ranges));

    assertThat(outcome.refusal()).contains(LogFault.NOT_CONTIGUOUS);
  }

  @Property(tries = 100)
  void everyRangeThatEndsBehindItsLastRecordIsFound(
      @ForAll long seed, @ForAll @IntRange(max = 5) int epoch) {
    Attack attack = Attack.on(seed, epoch);
    Seal honest = attack.sealOver(attack.records);
    int index = attack.random.nextInt(honest.getRanges().size());
    List<SealedRange> ranges = new ArrayList<>(honest.getRanges());
    SealedRange range = ranges.get(index);
    ranges.set(
        index,
        new SealedRange(
            range.getTopic(), range.getPartition(), range.getStart(), range.getEnd() + 1));

    Checked<SealState> outcome = attack.check(attack.with(honest, ranges));

    assertThat(outcome.refusal()).contains(LogFault.WRONG_RANGE_END);
  }

  @Property(tries = 100)
  void twoSealsOfOneEpochAreAForkAndNoneFollowsTheOther(@ForAll long seed) {
    Attack attack = Attack.on(seed, 2);
    byte[] one = EventCodec.encode(attack.sealOver(attack.records));
    byte[] two =
        EventCodec.encode(attack.state.seal(attack.records, RecordedLog.TIME_MILLIS + 1_000));
    SealHistory history = new SealHistory(10);
    history.note(2, Beacon.sealHash(one));
    SealState behindOne = sound(SealCheck.check(attack.state, one, attack.records));
    SealState behindTwo = sound(SealCheck.check(attack.state, two, attack.records));
    byte[] follower =
        EventCodec.encode(behindTwo.seal(EpochRecords.none(), RecordedLog.TIME_MILLIS + 2_000));

    Checked<SealState> outcome = SealCheck.check(behindOne, follower, EpochRecords.none());

    assertThat(outcome.refusal()).contains(LogFault.WRONG_PREVIOUS_HASH);
    assertThat(history.note(2, Beacon.sealHash(one))).isEqualTo(SealHistory.Sighting.REPEATED);
    assertThat(history.note(2, Beacon.sealHash(two))).isEqualTo(SealHistory.Sighting.FORK);
  }

  private static SealState sound(Checked<SealState> outcome) {
    assertThat(outcome.refusal()).isEmpty();
    return outcome.sound().orElseThrow();
  }

  /** Where a record lies in an epoch. */
  private record Place(LogPartition partition, int index) {}

  /** A sealer that lies about one epoch behind an honest past. */
  private record Attack(SealState state, EpochRecords records, Random random) {

    static Attack on(long seed, int epoch) {
      SealState state = SealState.start(RecordedLog.PARTITIONS);
      List<EpochRecords> log = RecordedLog.epochs(seed, epoch + 1);
      for (EpochRecords records : log.subList(0, epoch)) {
        byte[] seal = EventCodec.encode(state.seal(records, RecordedLog.TIME_MILLIS));
        state = SealCheck.check(state, seal, records).sound().orElseThrow();
      }
      return new Attack(state, log.getLast(), new Random(seed));
    }

    List<Place> places() {
      List<Place> places = new ArrayList<>();
      records
          .leaves()
          .forEach((partition, leaves) -> {
            for (int i = 0; i < leaves.size(); i++) {
              places.add(new Place(partition, i));
            }
          });
      return places;
    }

    LogLeaf leaf(Place place) {
      return records.in(place.partition()).get(place.index());
    }

    EpochRecords without(Place place) {
      Map<LogPartition, List<LogLeaf>> leaves = copy();
      leaves.get(place.partition()).remove(place.index());
      return EpochRecords.of(leaves);
    }

    EpochRecords replacing(Place place, Hash hash) {
      Map<LogPartition, List<LogLeaf>> leaves = copy();
      leaves.get(place.partition()).set(place.index(), new LogLeaf(leaf(place).offset(), hash));
      return EpochRecords.of(leaves);
    }

    EpochRecords swapping(Place one, Hash hashOne, Place two, Hash hashTwo) {
      Attack half = new Attack(state, replacing(one, hashTwo), random);
      return half.replacing(two, hashOne);
    }

    private Map<LogPartition, List<LogLeaf>> copy() {
      Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
      records.leaves().forEach((partition, list) -> leaves.put(partition, new ArrayList<>(list)));
      return leaves;
    }

    /** A seal whose tree is over the given records while its ranges are the honest ones. */
    Seal sealOver(EpochRecords sealed) {
      Seal lie = state.seal(sealed, RecordedLog.TIME_MILLIS);
      return with(lie, state.seal(records, RecordedLog.TIME_MILLIS).getRanges());
    }

    Seal with(Seal seal, List<SealedRange> ranges) {
      return Seal.newBuilder(seal).setRanges(ranges).build();
    }

    Checked<SealState> check(Seal seal) {
      return SealCheck.check(state, EventCodec.encode(seal), records);
    }
  }
}
