package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.ClaimIgnored;
import io.verillm.events.FlagClaim;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.money.Parameters;
import org.junit.jupiter.api.Test;

/** A sentinel plants a flag, and the coordinator does with the request what it likes. */
class ClaimIgnoredTest {
  private static final TestRequest REQUEST = TestRequest.standard();
  private static final String SENTINEL = "w-02";

  private final ShardBed bed =
      new ShardBed(12, Parameters.demo().withFlagTicks(60).withDuties(TestDuty.TERMS));

  /** The request with the sentinel's claim, accepted; the first worker is always its author. */
  private SignedRecord planted(String sentinel, TestRequest request) {
    bed.turn(1);
    bed.turn(1);
    TestDuty duty = TestDuty.last(bed).orElseThrow();
    SignedRecord signed = duty.planted(request, sentinel);
    bed.grant(request);
    bed.log.post(
        Signers.COORDINATOR, ShardBed.TOPICS.accepted(), TestDuty.acceptedAs(request, signed));
    while (bed.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      bed.turn(1);
    }
    return signed;
  }

  private Refusal shown(String worker, SignedRecord request, byte[] signature) {
    SignedRecord record =
        bed.log.post(
            Signers.worker(worker),
            ShardBed.TOPICS.flags(),
            new ClaimIgnored(
                REQUEST.id(),
                Wire.buffer(request.key()),
                Wire.buffer(request.value()),
                Wire.buffer(signature)));
    bed.turn(1);
    return bed.outcome(record);
  }

  private FlagClaim claim(String sentinel) {
    return TestDuty.last(bed).orElseThrow().claim(sentinel, 0);
  }

  @Test
  void shouldTakeADutyForMetWhoseRequestTheCoordinatorGaveToSomebodyElse() {
    SignedRecord request = planted(SENTINEL, REQUEST);

    assertThat(shown("w-03", request, request.signature())).isEqualTo(Refusal.NO_FLAG);
    assertThat(shown(SENTINEL, request, new byte[64])).isEqualTo(Refusal.NO_FLAG);
    assertThat(TestDuty.fault(bed, claim(SENTINEL))).isEmpty();
    assertThat(shown(SENTINEL, request, request.signature())).isNull();
    assertThat(TestDuty.fault(bed, claim(SENTINEL))).contains(ClaimFault.ALREADY_PLANTED);
    assertThat(shown(SENTINEL, request, request.signature())).isEqualTo(Refusal.NOT_OWED);
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldTakeNoDutyForMetWhoseRequestItsSentinelWasGiven() {
    SignedRecord request = planted("w-01", REQUEST);

    assertThat(shown("w-01", request, request.signature())).isEqualTo(Refusal.NO_FLAG);
    assertThat(TestDuty.fault(bed, claim("w-01"))).isEmpty();
  }

  @Test
  void shouldTakeADutyForMetWhoseRequestWasHandedOver() {
    SignedRecord request = planted("w-01", TestRequest.handedOver());

    assertThat(shown("w-01", request, request.signature())).isNull();
  }
}
