package io.verillm.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.trace.PositionOpening;
import io.verillm.protocol.trace.RowOpening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CaseCheckProperties {

  private static final int ROW_BYTES = 4 * CaseFixture.DIMENSION;

  @Property(tries = 100)
  void theDecisionFollowsTheDistanceAlone(@ForAll @IntRange(min = -80, max = 80) int noise) {
    CaseFixture fixture = new CaseFixture();
    fixture.rowNoise = noise;
    Decision expected =
        Math.abs(noise) <= 4
            ? Decision.ACCEPT
            : Math.abs(noise) <= 64 ? Decision.UNSURE : Decision.REJECT;
    assertThat(fixture.vote().decision()).isEqualTo(expected);
    assertThat(fixture.vote()).isEqualTo(fixture.vote());
  }

  @Property(tries = 100)
  void anyChangedBitOfAnOpenedRowIsTheAuthorsFault(
      @ForAll @IntRange(max = 15) int position,
      @ForAll @IntRange(max = 1) int row,
      @ForAll @IntRange(max = 8 * ROW_BYTES - 1) int bit) {
    CaseFixture fixture = new CaseFixture();
    OpenedTask changed = flip(fixture.author(), position, row, bit);
    Vote vote =
        (Vote)
            CaseCheck.vote(
                fixture.terms(), fixture.calibration, Optional.of(changed), fixture.checker());
    assertThat(vote.reason()).contains(RejectReason.UNAVAILABLE);
  }

  private static OpenedTask flip(OpenedTask task, int position, int row, int bit) {
    List<PositionOpening> positions = new ArrayList<>(task.positions());
    PositionOpening opening = positions.get(position);
    List<RowOpening> rows = new ArrayList<>(opening.rows());
    byte[] bytes = rows.get(row).bytes();
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    rows.set(row, new RowOpening(rows.get(row).boundary(), bytes, rows.get(row).path()));
    positions.set(
        position,
        new PositionOpening(opening.position(), opening.tokenId(), rows, opening.leafPath()));
    return new OpenedTask(
        task.profile(),
        task.traceRoot(),
        task.size(),
        task.outputHash(),
        task.finishReason(),
        task.evidence(),
        positions);
  }
}
