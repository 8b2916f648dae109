package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.Challenge;
import io.verillm.events.FlagKind;
import io.verillm.events.RosterEntry;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.money.Parameters;
import org.junit.jupiter.api.Test;

/**
 * Flags between a request's last verdict and its settlement; every request here seals a BAD one.
 */
class FlagsTest {
  private static final int WINDOW = 40;
  private static final int OTHER_MODEL = 1_000_000;

  private final Parameters parameters =
      Parameters.demo().withFlagTicks(WINDOW).withDuties(TestDuty.TERMS);
  private final ShardBed bed = new ShardBed(12, parameters);

  /** Until the last verdict; the author computes otherwise where it cheats. */
  private void end(boolean cheats) {
    bed.worker("w-01").noise = cheats ? OTHER_MODEL : 0;
    bed.request(TestRequest.standard());
    while (bed.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      bed.turn(1);
    }
    assertThat(bed.published(SettleCase.class)).as("waits for a flag").isEmpty();
  }

  private SettleCase settled() {
    bed.run();
    assertThat(bed.published(SettleCase.class)).hasSize(1);
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .as("decided again from what was published")
        .isEqualTo(ShardBed.bytes(bed.effects));
    return bed.published(SettleCase.class).getFirst();
  }

  private Refusal outcome(SignedRecord record) {
    bed.turn(1);
    return bed.outcome(record);
  }

  private Verdict last() {
    return bed.published(Verdict.class).getLast();
  }

  @Test
  void shouldPayTheAuthorOfACountedBadFlag() {
    end(true);
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.REJECTED);

    assertThat(outcome(bed.flag(FlagKind.BAD))).isNull();

    SettleCase settle = settled();
    assertThat(settle.getSlashes()).extracting(CaseSlash::getKind).doesNotContain("author");
    assertThat(settle.getPayments()).extracting(CasePayment::getKind).contains("flag");
    assertThat(bed.shard.view().stage(TestRequest.standard().id())).contains(Stage.CLOSED);
  }

  /** It computed honestly, disputes its own verdict and opens nothing in the second round. */
  @Test
  void shouldTakeNothingFromWhoAcceptedAnAnswerThatItsAuthorThenHides() {
    bed.worker("w-01").opensInRound = round -> round == 1;
    bed.request(TestRequest.standard());
    while (bed.published(Verdict.class).isEmpty()) {
      bed.turn(1);
    }
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
    bed.dispute("worker:w-01", "worker:w-01", ShardBed.BOND);
    bed.turn(1);
    bed.bond(true);
    while (!last().getLast()) {
      bed.turn(1);
    }
    assertThat(last().getReason()).isEqualTo("UNAVAILABLE");

    assertThat(outcome(bed.flag(FlagKind.BAD))).isNull();

    SettleCase settle = settled();
    assertThat(settle.getSlashes())
        .singleElement()
        .satisfies(slash -> {
          assertThat(slash.getWorker()).isEqualTo("w-01");
          assertThat(slash.getKind()).isEqualTo("author");
        });
    assertThat(settle.getPayments())
        .extracting(CasePayment::getWorker)
        .isNotEmpty()
        .doesNotContain("w-01");
  }

  @Test
  void shouldPayNothingForABadFlagThatNobodyWasShown() {
    bed.worker("w-01").opensInRound = round -> false;
    end(true);
    assertThat(last().getReason()).isEqualTo("UNAVAILABLE");

    assertThat(outcome(bed.flag(FlagKind.BAD))).isNull();

    SettleCase settle = settled();
    assertThat(settle.getSlashes()).extracting(CaseSlash::getKind).containsExactly("author");
    assertThat(settle.getPayments()).extracting(CasePayment::getKind).doesNotContain("flag");
  }

  @Test
  void shouldSlashTheAuthorWhoOpensNoFlagWhenTheWindowIsOver() {
    end(true);
    bed.turn(WINDOW / 2);
    assertThat(bed.published(SettleCase.class)).isEmpty();

    bed.pass(2 * WINDOW);

    assertThat(settled().getSlashes()).extracting(CaseSlash::getKind).contains("author");
  }

  @Test
  void shouldTakeTheBondForAFlagThatTheVerdictDoesNotAgreeWith() {
    end(false);
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);

    assertThat(outcome(bed.flag(FlagKind.BAD))).isNull();

    assertThat(settled().getSlashes())
        .singleElement()
        .satisfies(slash -> {
          assertThat(slash.getKind()).isEqualTo("bond");
          assertThat(slash.getAmount()).isEqualTo(10_900);
        });
  }

  @Test
  void shouldHearNobodyButTheAuthorAndNothingButTheSealedKindOnce() {
    end(true);
    String checker =
        bed.published(Challenge.class).getFirst().getRoster().stream()
            .filter(e -> e.getAuthored() < 0)
            .map(RosterEntry::getWorker)
            .findFirst()
            .orElseThrow();

    assertThat(outcome(bed.flag(checker, FlagKind.BAD))).isEqualTo(Refusal.NO_FLAG);
    assertThat(outcome(bed.flag(FlagKind.GOOD))).isEqualTo(Refusal.NO_FLAG);
    assertThat(outcome(bed.flag(FlagKind.NONE))).isEqualTo(Refusal.NO_FLAG);
    SignedRecord first = bed.flag(FlagKind.BAD);
    SignedRecord second = bed.flag(FlagKind.BAD);
    bed.turn(1);
    assertThat(bed.outcome(first)).isNull();
    assertThat(bed.outcome(second)).isEqualTo(Refusal.DUPLICATE_FLAG);
    assertThat(outcome(bed.flag(FlagKind.BAD))).isEqualTo(Refusal.LATE);
  }

  @Test
  void shouldSettleAtOnceWhereParametersKnowNoFlags() {
    ShardBed plain = new ShardBed(12);
    plain.request(TestRequest.standard());
    while (plain.published(Verdict.class).stream().noneMatch(Verdict::getLast)) {
      plain.turn(1);
    }

    assertThat(plain.published(SettleCase.class)).hasSize(1);
    SignedRecord flag = plain.flag(FlagKind.BAD);
    plain.turn(1);
    assertThat(plain.outcome(flag)).isEqualTo(Refusal.LATE);
  }
}
