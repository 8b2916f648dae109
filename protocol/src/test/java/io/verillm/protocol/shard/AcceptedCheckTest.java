package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AcceptedCheckTest {
  private static final TestRequest REQUEST = TestRequest.handedOver();

  private final ShardBed bed = new ShardBed(12);

  private SignedRecord accept(UnaryOperator<Accepted.Builder> words) {
    return bed.log.post(
        Signers.COORDINATOR,
        ShardBed.TOPICS.accepted(),
        words.apply(Accepted.newBuilder(REQUEST.accepted())).build());
  }

  private void grant(long units) {
    bed.log.post(
        Signers.LEDGER,
        ShardBed.TOPICS.spine(),
        new EscrowDecided(REQUEST.id(), true, units, "", TestRequest.REQUESTER, 0));
  }

  @Test
  void shouldRefuseAnotherPriceThanTheModels() {
    bed.grant(REQUEST);
    long price = TestRequest.PRICE;
    List<SignedRecord> refused =
        List.of(
            accept(a -> a.setPrice(price + 1)),
            accept(a -> a.setPrice(price - 1)),
            accept(a -> a.setPrice(-1)),
            accept(a -> a.setPrice(Long.MAX_VALUE)),
            accept(a -> a.setMaxTokens(TestRequest.MAX_TOKENS - 1)),
            accept(a -> a.setEscrow(REQUEST.escrow() + 1)),
            accept(a -> a.setEscrow(REQUEST.escrow() - 1)),
            accept(a -> a.setHandovers(0)),
            accept(a -> a.setCheckers(1)));
    SignedRecord honest = accept(a -> a);
    bed.close(1);

    assertThat(refused).allSatisfy(r -> assertThat(bed.outcome(r)).isEqualTo(Refusal.WRONG_PRICE));
    assertThat(bed.outcome(honest)).as("the grant is there still").isNull();
  }

  /** A price of the coordinator's own has no case, so nothing of it is paid to anybody. */
  @Test
  void shouldGiveBackAnAccountThatTheCoordinatorReservedWhole() {
    long account = 1_000_000_000L;
    grant(account);
    List<SignedRecord> refused =
        List.of(accept(a -> a.setPrice(account).setEscrow(account)), accept(a -> a));
    bed.turn(1);
    bed.pass(Parameters.demo().segmentTicks());

    assertThat(refused).allSatisfy(r -> assertThat(bed.outcome(r)).isEqualTo(Refusal.WRONG_PRICE));
    assertThat(bed.published(Verdict.class))
        .extracting(Verdict::getReason)
        .containsExactly("NO_WORKER");
    assertThat(bed.published(SettleCase.class))
        .singleElement()
        .satisfies(settled -> assertThat(settled.getPayments()).isEmpty());
  }

  /** The request runs on the fees that are in force where it is accepted, and so it must pay. */
  @Test
  void shouldTakeFeesThatAreInForceWhereItIsAccepted() {
    bed.grant(REQUEST);
    Parameters dearer = Parameters.of(Parameters.demo().peerWeight(), 500, 3);
    bed.registry(
        Signers.COORDINATOR, ParametersSet.newBuilder(dearer.toEvent()).setVersion(2).build());
    SignedRecord before = accept(a -> a);
    bed.close(1);

    assertThat(bed.outcome(before)).isEqualTo(Refusal.WRONG_PRICE);
  }
}
