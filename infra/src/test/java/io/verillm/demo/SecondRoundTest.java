package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondRoundTest {
  @Test
  void shouldSayWhoObjectedAndThatItWasOverruled() {
    assertThat(
            SecondRound.of(
                verdict(
                    2,
                    VerdictOutcome.ACCEPTED,
                    member("w-01", 1, MemberDecision.ACCEPT, ""),
                    member("w-07", 1, MemberDecision.REJECT, "MODEL"),
                    member("w-02", 2, MemberDecision.ACCEPT, ""),
                    member("w-03", 2, MemberDecision.ACCEPT, ""))))
        .hasValue("round 2 because of w-07 (REJECT for MODEL); then 2 accept: overruled");
  }

  @Test
  void shouldSayThatAnObjectionWasUpheld() {
    assertThat(
            SecondRound.of(
                verdict(
                    2,
                    VerdictOutcome.REJECTED,
                    member("w-01", 1, MemberDecision.REJECT, "MODEL"),
                    member("w-02", 2, MemberDecision.REJECT, "MODEL"),
                    member("w-03", 2, MemberDecision.MISSING, ""))))
        .hasValue("round 2 because of w-01 (REJECT for MODEL); then 1 reject, 1 missing: upheld");
  }

  @Test
  void shouldNotCallASilentCommitteeAnObjection() {
    assertThat(
            SecondRound.of(
                verdict(
                    2,
                    VerdictOutcome.ACCEPTED,
                    member("w-01", 1, MemberDecision.MISSING, ""),
                    member("w-02", 2, MemberDecision.ACCEPT, ""))))
        .hasValue("round 2 because of w-01 (MISSING); then 1 accept: accepted after all");
  }

  @Test
  void shouldSayThatNobodyWasLeftForASecondRound() {
    Verdict verdict =
        verdict(
            1,
            VerdictOutcome.INCONCLUSIVE,
            member("w-01", 1, MemberDecision.ACCEPT, ""),
            member("w-07", 1, MemberDecision.REJECT, "MODEL"));

    verdict.put("reason", "NO_SECOND_COMMITTEE");

    assertThat(SecondRound.of(verdict))
        .hasValue(
            "round 2 was called for because of w-07 (REJECT for MODEL), and too few other workers"
                + " were there");
  }

  @Test
  void shouldSayNothingOfACaseDecidedInTheFirstRound() {
    assertThat(
            SecondRound.of(
                verdict(1, VerdictOutcome.ACCEPTED, member("w-01", 1, MemberDecision.ACCEPT, ""))))
        .isEmpty();
  }

  private static VerdictMember member(
      String worker, int round, MemberDecision decision, String reason) {
    return new VerdictMember(
        ByteBuffer.allocate(32), worker, MemberRole.CHECKER, round, decision, reason, false);
  }

  private static Verdict verdict(int round, VerdictOutcome outcome, VerdictMember... members) {
    return new Verdict(
        "r1",
        0,
        round,
        outcome,
        true,
        "",
        5L,
        "calibrated",
        "c1",
        List.of(),
        16,
        64,
        List.of(),
        List.of(members),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }
}
