package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ReserveBond;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Disputes of provisional verdicts, and what becomes of their bonds. */
class DisputesTest {
  private static final int OTHER_MODEL = 1 << 20;

  private ShardBed bed = new ShardBed(12);

  /** Plays until a verdict stands. */
  private void decide() {
    bed.request(TestRequest.standard());
    while (bed.published(Verdict.class).isEmpty()) {
      bed.turn(1);
    }
    assertThat(last().getLast()).isFalse();
  }

  private Verdict last() {
    return bed.published(Verdict.class).getLast();
  }

  private SettleBond bondEnd() {
    assertThat(bed.published(SettleBond.class)).hasSize(1);
    return bed.published(SettleBond.class).getFirst();
  }

  private void assertFinal(VerdictOutcome outcome, String reason) {
    assertThat(last().getOutcome()).isEqualTo(outcome);
    assertThat(last().getReason()).isEqualTo(reason);
    assertThat(bed.published(Verdict.class)).filteredOn(Verdict::getLast).hasSize(1);
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  private Refusal outcome(SignedRecord record) {
    bed.turn(1);
    return bed.outcome(record);
  }

  @Test
  void shouldConfirmAnHonestVerdictInASecondRoundAndKeepTheBond() {
    decide();
    bed.dispute();
    bed.turn(1);
    bed.bond(true);
    bed.run();

    assertFinal(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(bondEnd().getReturned()).isFalse();
    assertThat(bed.published(ReserveBond.class))
        .singleElement()
        .satisfies(b -> {
          assertThat(b.getAmount()).isEqualTo(ShardBed.BOND);
          assertThat(b.getAccount()).isEqualTo(TestRequest.REQUESTER);
        });
    assertThat(bed.published(Challenge.class))
        .extracting(Challenge::getRound)
        .containsExactly(1, 2);
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes()).isEmpty();
  }

  @Test
  void shouldOverturnWhatACapturedCommitteeAcceptedAndGiveTheBondBack() {
    bed.worker("w-01").noise = OTHER_MODEL;
    bed.request(TestRequest.standard());
    while (ShardBed.published(bed.effects, Challenge.class).isEmpty()) {
      for (int i = 1; i <= 12; i++) {
        bed.worker("w-%02d".formatted(i)).noise = OTHER_MODEL;
      }
      bed.turn(1);
    }
    while (bed.published(Verdict.class).isEmpty()) {
      bed.turn(1);
    }
    assertThat(last().getOutcome()).as("all of round 1 collude").isEqualTo(VerdictOutcome.ACCEPTED);
    for (int i = 1; i <= 12; i++) {
      bed.worker("w-%02d".formatted(i)).noise = 0;
    }
    bed.dispute();
    bed.turn(1);
    bed.bond(true);
    bed.run();

    assertFinal(VerdictOutcome.REJECTED, "MODEL");
    assertThat(bondEnd().getReturned()).isTrue();
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes())
        .as("author and the three that lied")
        .hasSize(4);
  }

  @Test
  void shouldLetAMemberOfTheCaseDisputeFromEarningsOrStake() {
    for (String account : new String[] {"worker:w-01", "stake:w-01"}) {
      bed = new ShardBed(12);
      decide();
      SignedRecord dispute = bed.dispute("worker:w-01", account, ShardBed.BOND);

      assertThat(outcome(dispute)).isNull();
      assertThat(bed.published(ReserveBond.class).getFirst().getAccount()).isEqualTo(account);
    }
  }

  @Test
  void shouldLetTheVerdictStandWhereTheLedgerHoldsNoBond() {
    decide();
    bed.dispute();
    bed.turn(1);
    bed.pass(10 * 8);
    assertThat(last().getLast()).as("the ledger has not answered").isFalse();
    bed.bond(false);
    bed.run();

    assertFinal(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(bed.published(SettleBond.class)).isEmpty();
  }

  @Test
  void shouldTakeAnotherDisputeBehindOneWithoutBond() {
    decide();
    bed.dispute();
    bed.turn(1);
    bed.bond(false);
    bed.turn(1);
    SignedRecord second = bed.dispute("worker:w-01", "stake:w-01", ShardBed.BOND);

    assertThat(outcome(second)).isNull();
    assertThat(bed.published(ReserveBond.class))
        .extracting(ReserveBond::getCommandId)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void shouldNotAskAnAccountForABondThatItHadNotBefore() {
    decide();
    bed.dispute();
    bed.turn(1);
    bed.bond(false);
    bed.turn(1);

    assertThat(outcome(bed.dispute())).isEqualTo(Refusal.BOND_DENIED);
    assertThat(bed.published(ReserveBond.class)).hasSize(1);
  }

  @Test
  void shouldCountTheAnswerAboutABondInTheEpochWhoseSealCoversIt() {
    decide();
    bed.dispute();
    bed.turn(1);
    int before = bed.effects.size();
    SignedRecord answer = bed.bond(false);
    bed.turn(1);

    List<SignedRecord> counted =
        bed.effects.subList(before, bed.effects.size()).stream()
            .filter(Effect.Applied.class::isInstance)
            .map(e -> ((Effect.Applied) e).record())
            .filter(r -> r.topic().equals(answer.topic()))
            .toList();
    assertThat(counted).extracting(SignedRecord::signer).startsWith(Signers.SEALER);
    assertThat(counted).extracting(SignedRecord::recordHash).endsWith(answer.recordHash());
  }

  @Test
  void shouldNotHoldTheWindowOpenForOneDisputeWithoutBondAfterTheOther() {
    decide();
    bed.dispute();
    bed.turn(1);
    bed.pass(10 * 8);
    bed.bond(false);

    assertThat(outcome(bed.dispute("worker:w-01", "stake:w-01", ShardBed.BOND)))
        .isEqualTo(Refusal.LATE);
    bed.run();
    assertFinal(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
  }

  @Test
  void shouldGiveTheBondBackWhereNobodyIsLeftToLookAgain() {
    decide();
    bed.dispute();
    bed.turn(1);
    for (int i = 1; i <= 12; i++) {
      bed.ready("w-%02d".formatted(i), false);
    }
    bed.bond(true);
    bed.run();

    assertFinal(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(bondEnd().getReturned()).isTrue();
  }

  @Test
  void shouldRefuseDisputesThatCouldLeadNowhere() {
    bed = new ShardBed(6);
    decide();

    assertThat(outcome(bed.dispute())).isEqualTo(Refusal.NO_SECOND_ROUND);
  }

  @Test
  void shouldRefuseStrangersOtherPeoplesMoneyAndSmallBonds() {
    decide();
    String outsider = outsider();

    assertThat(outcome(bed.dispute("worker:" + outsider, "stake:" + outsider, ShardBed.BOND)))
        .isEqualTo(Refusal.NOT_A_PARTY);
    assertThat(outcome(bed.dispute("worker:w-01", "stake:w-02", ShardBed.BOND)))
        .isEqualTo(Refusal.NOT_A_PARTY);
    assertThat(outcome(bed.dispute(Signers.REQUESTER, "stake:w-01", ShardBed.BOND)))
        .isEqualTo(Refusal.NOT_A_PARTY);
    assertThat(outcome(bed.dispute(Signers.REQUESTER, TestRequest.REQUESTER, ShardBed.BOND - 1)))
        .isEqualTo(Refusal.BOND_TOO_SMALL);
  }

  private String outsider() {
    return IntStream.rangeClosed(1, 12)
        .mapToObj("w-%02d"::formatted)
        .filter(w ->
            bed.effects.stream()
                .noneMatch(e -> e instanceof Effect.Assign a && a.worker().equals(w)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTakeOneDisputeOfAVerdict() {
    decide();
    bed.dispute();

    assertThat(outcome(bed.dispute("worker:w-01", "stake:w-01", ShardBed.BOND)))
        .isEqualTo(Refusal.DUPLICATE_DISPUTE);
  }
}
