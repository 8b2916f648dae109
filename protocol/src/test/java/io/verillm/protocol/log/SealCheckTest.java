package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Seal;
import io.verillm.schemas.EventCodec;
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
    Seal reversed =
        new Seal(
            0L,
            NOW,
            honest.getPreviousHash(),
            honest.getRanges().reversed(),
            0L,
            honest.getTreeRoot());

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
    Seal shortRoot =
        new Seal(
            0L, NOW, honest.getPreviousHash(), honest.getRanges(), 0L, ByteBuffer.allocate(31));
    Seal longPrevious =
        new Seal(0L, NOW, ByteBuffer.allocate(33), honest.getRanges(), 0L, honest.getTreeRoot());

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

  private static SealState follow(SealState state, Seal seal) {
    return SealCheck.check(state, EventCodec.encode(seal), EpochRecords.none())
        .sound()
        .orElseThrow();
  }

  private static Seal withTime(Seal seal, long timeMillis) {
    return new Seal(
        seal.getEpoch(),
        timeMillis,
        seal.getPreviousHash(),
        seal.getRanges(),
        seal.getTreeSize(),
        seal.getTreeRoot());
  }
}
