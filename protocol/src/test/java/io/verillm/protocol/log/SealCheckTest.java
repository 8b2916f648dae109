package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealCheckTest {
  private static final long NOW = RecordedLog.TIME_MILLIS;
  private final SealState state = SealState.start(RecordedLog.PARTITIONS);

  @Test
  void shouldRefuseASealThatSkipsAnEpoch() {
    SealState later = follow(state, state.seal(EpochRecords.none(), NOW));
    byte[] skipping = EventCodec.encode(later.seal(EpochRecords.none(), NOW));

    assertThat(SealCheck.check(state, skipping, EpochRecords.none()).refusal())
        .contains(LogFault.WRONG_EPOCH);
  }

  @Test
  void shouldRefuseASealBeforeItsPredecessorsTime() {
    SealState later = follow(state, state.seal(EpochRecords.none(), NOW));
    Seal honest = later.seal(EpochRecords.none(), NOW);
    Seal early = withTime(honest, NOW - 1);

    assertThat(SealCheck.check(later, EventCodec.encode(early), EpochRecords.none()).refusal())
        .contains(LogFault.TIME_BACKWARDS);
  }

  @Test
  void shouldRepeatTheLastTimeWhereTheSealersClockRunsBack() {
    SealState later = follow(state, state.seal(EpochRecords.none(), NOW));

    assertThat(later.seal(EpochRecords.none(), NOW - 5_000).getTimeMillis()).isEqualTo(NOW);
  }

  @Test
  void shouldRefuseASealThatLeavesOutAPartition() {
    SealState fewer = SealState.start(RecordedLog.PARTITIONS.subList(1, 5));
    byte[] seal = EventCodec.encode(fewer.seal(EpochRecords.none(), NOW));

    assertThat(SealCheck.check(state, seal, EpochRecords.none()).refusal())
        .contains(LogFault.WRONG_PARTITIONS);
  }

  @Test
  void shouldRefuseRangesOutOfOrder() {
    Seal honest = state.seal(EpochRecords.none(), NOW);
    Seal reversed = changed(honest).setRanges(honest.getRanges().reversed()).build();

    assertThat(SealCheck.check(state, EventCodec.encode(reversed), EpochRecords.none()).refusal())
        .contains(LogFault.WRONG_PARTITIONS);
  }

  @Test
  void shouldRefuseBytesThatAreNoSeal() {
    assertThat(SealCheck.check(state, new byte[40], EpochRecords.none()).refusal())
        .contains(LogFault.UNDECODABLE);
  }

  @Test
  void shouldRefuseHashesOfAnotherLength() {
    Seal honest = state.seal(EpochRecords.none(), NOW);
    Seal shortRoot = changed(honest).setTreeRoot(ByteBuffer.allocate(31)).build();
    Seal longPrevious = changed(honest).setPreviousHash(ByteBuffer.allocate(33)).build();

    assertThat(SealCheck.check(state, EventCodec.encode(shortRoot), EpochRecords.none()).refusal())
        .contains(LogFault.WRONG_TREE_ROOT);
    assertThat(
            SealCheck.check(state, EventCodec.encode(longPrevious), EpochRecords.none()).refusal())
        .contains(LogFault.WRONG_PREVIOUS_HASH);
  }

  @Test
  void shouldNameAClockThatIsAheadOrBehindByMoreThanTwoSeconds() {
    Seal seal = state.seal(EpochRecords.none(), NOW);

    assertThat(SealCheck.time(seal, NOW - 2_000)).isEmpty();
    assertThat(SealCheck.time(seal, NOW + 2_000)).isEmpty();
    assertThat(SealCheck.time(seal, NOW - 2_001)).contains(LogFault.TIME_AHEAD);
    assertThat(SealCheck.time(seal, NOW + 2_001)).contains(LogFault.TIME_BEHIND);
  }

  @Test
  void shouldNotBuildASealOverRecordsThatCannotFollow() {
    LogPartition unknown = new LogPartition("tokens", 0);
    EpochRecords records =
        EpochRecords.of(Map.of(unknown, List.of(new LogLeaf(0, Beacon.sealHash(new byte[0])))));

    assertThatThrownBy(() -> state.seal(records, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokens-0");
  }

  @Test
  void shouldRefuseASealWithoutTheNodesOfItsTree() {
    EpochRecords records = RecordedLog.epochs(1, 1).getFirst();
    Seal honest = state.seal(records, NOW);
    Seal without = changed(honest).setTreeNodes(List.of()).build();

    assertThat(SealCheck.check(state, EventCodec.encode(without), records).refusal())
        .contains(LogFault.WRONG_TREE_NODES);
    assertThat(SealState.behind(without, Beacon.sealHash(EventCodec.encode(without)))).isEmpty();
  }

  @Test
  void shouldGoOnFromASealAlone() {
    List<EpochRecords> epochs = RecordedLog.epochs(7, 2);
    Seal first = state.seal(epochs.getFirst(), NOW);
    byte[] value = EventCodec.encode(first);
    SealState read = SealCheck.check(state, value, epochs.getFirst()).sound().orElseThrow();

    SealState behind = SealState.behind(first, Beacon.sealHash(value)).orElseThrow();

    assertThat(behind).isEqualTo(read);
    assertThat(behind.seal(epochs.get(1), NOW)).isEqualTo(read.seal(epochs.get(1), NOW));
  }

  @Test
  void shouldTakeACheckpointThatTheSealerSignedAlone() {
    SigningKey sealer = SigningKey.fromSeed(new byte[SigningKey.SEED_LENGTH]);
    VerifyKey key = sealer.publicKey();
    EpochRecords records = RecordedLog.epochs(3, 1).getFirst();
    Seal signed = state.seal(records, NOW, sealer);
    Seal moved = changed(signed).setTreeSize(signed.getTreeSize() + 1).build();
    Seal rootless = changed(signed).setTreeRoot(ByteBuffer.allocate(31)).build();

    assertThat(SealCheck.checkpoint(signed, key).sound()).contains(signed);
    assertThat(SealCheck.checkpoint(state.seal(records, NOW), key).refusal())
        .contains(LogFault.WRONG_CHECKPOINT);
    assertThat(SealCheck.checkpoint(moved, key).refusal()).contains(LogFault.WRONG_CHECKPOINT);
    assertThat(SealCheck.checkpoint(rootless, key).refusal()).contains(LogFault.WRONG_TREE_ROOT);
  }

  private static Seal.Builder changed(Seal seal) {
    try {
      return Seal.newBuilder(EventCodec.decode(EventCodec.encode(seal), Seal.class));
    } catch (UndecodableEvent e) {
      throw new AssertionError(e);
    }
  }

  private static SealState follow(SealState state, Seal seal) {
    return SealCheck.check(state, EventCodec.encode(seal), EpochRecords.none())
        .sound()
        .orElseThrow();
  }

  private static Seal withTime(Seal seal, long timeMillis) {
    return changed(seal).setTimeMillis(timeMillis).build();
  }
}
