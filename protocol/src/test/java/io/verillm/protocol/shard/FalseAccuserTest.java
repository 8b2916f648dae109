package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import org.junit.jupiter.api.Test;

/** What one checker of round 1 can do to an honest author, and what it costs whom. */
class FalseAccuserTest {
  private static final int OTHER_MODEL = 1_000;
  private static final int UNSURE = 16;
  private static final long FEE = Parameters.demo().flatFee();
  private static final long PRICE = TestRequest.PRICE * 56 / TestRequest.MAX_TOKENS;

  private String accuser = "";
  private SettleCase settled;
  private Verdict last;

  /** One checker of the first committee computes other rows than the model's. */
  private void play(int workers, int noise) {
    ShardBed bed = new ShardBed(workers).request(TestRequest.standard());
    for (int i = 0; accuser.isEmpty(); i++) {
      assertThat(i).isLessThan(20);
      bed.turn(1);
      bed.effects.stream()
          .filter(e -> e instanceof Effect.Assign a && !a.author())
          .findFirst()
          .ifPresent(e -> accuser = ((Effect.Assign) e).worker());
    }
    bed.worker(accuser).noise = noise;
    bed.run();
    settled = bed.published(SettleCase.class).getFirst();
    last = bed.published(Verdict.class).getLast();
  }

  private long paid(String kind) {
    return settled.getPayments().stream()
        .filter(p -> p.getKind().equals(kind))
        .mapToLong(CasePayment::getAmount)
        .sum();
  }

  private boolean isPaid() {
    return settled.getPayments().stream().anyMatch(p -> p.getWorker().equals(accuser));
  }

  @Test
  void shouldPayTheAuthorInFullAndTheSecondRoundFromItsAccuser() {
    play(12, OTHER_MODEL);

    assertThat(last.getReason()).isEqualTo("SECOND_ROUND");
    assertThat(paid(SettlementKinds.AUTHOR)).isEqualTo(PRICE);
    assertThat(paid(SettlementKinds.FEE_ROUND_2)).isEqualTo(7 * FEE);
    assertThat(settled.getSlashes())
        .singleElement()
        .returns(accuser, CaseSlash::getWorker)
        .satisfies(slash -> assertThat(slash.getAmount()).isGreaterThan(7 * FEE));
    assertThat(isPaid()).isFalse();
  }

  @Test
  void shouldPayTheSecondRoundFromACheckerThatMakesItselfUnsure() {
    play(12, UNSURE);

    assertThat(last.getReason()).isEqualTo("SECOND_ROUND");
    assertThat(paid(SettlementKinds.AUTHOR)).isEqualTo(PRICE);
    assertThat(paid(SettlementKinds.FEE_ROUND_2)).isEqualTo(7 * FEE);
    assertThat(settled.getSlashes())
        .singleElement()
        .returns(accuser, CaseSlash::getWorker)
        .satisfies(slash -> assertThat(slash.getAmount()).isGreaterThan(7 * FEE));
    assertThat(isPaid()).isFalse();
  }

  /** An author and three checkers, and too few others to look again: gap 72. */
  @Test
  void shouldRejectNobodyWhereNobodyIsLeftToLookAgain() {
    play(6, OTHER_MODEL);

    assertThat(last.getOutcome()).isEqualTo(VerdictOutcome.INCONCLUSIVE);
    assertThat(last.getReason()).isEqualTo("NO_SECOND_COMMITTEE");
    assertThat(settled.getSlashes()).isEmpty();
    assertThat(paid(SettlementKinds.AUTHOR)).isZero();
    assertThat(paid(SettlementKinds.FEE)).isEqualTo(2 * FEE);
    assertThat(isPaid()).isFalse();
  }
}
