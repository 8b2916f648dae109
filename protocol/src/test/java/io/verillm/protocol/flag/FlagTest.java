package io.verillm.protocol.flag;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class FlagTest {
  private static final UUID REQUEST = new UUID(0x0001020304050607L, 0x08090a0b0c0d0e0fL);
  private static final int PROMPT = 12;
  private static final ParametersSet PARAMETERS = Parameters.standard().toEvent();
  private static final long S_OPEN = PARAMETERS.getSlashOpening();
  private static final long S_AUTHOR = PARAMETERS.getSlashAuthor();

  private static byte[] salt() {
    byte[] salt = new byte[16];
    Arrays.fill(salt, (byte) 0xcc);
    return salt;
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/flags.csv", numLinesToSkip = 1)
  void shouldGiveTheGoldenValues(String what, String of, String value) {
    if (what.equals("seal")) {
      assertThat(FlagSeal.of(REQUEST, FlagKind.valueOf(of), salt()).hex()).isEqualTo(value);
    } else {
      Hash seed = Hashing.sha256("duty".getBytes(StandardCharsets.UTF_8));
      DutyEpoch duty = new DutyEpoch(3, 7, seed, new DutyTerms(1, 60, 500, 200));
      // The draw's input stands in for a VRF output: what is drawn from one is the same.
      Hash output = Hashing.sha256(duty.alpha("w-01", Integer.parseInt(of)));
      assertThat(duty.owed(output)).isEqualTo(FlagKind.valueOf(value));
    }
  }

  @Test
  void shouldOweByWorkerAndNotByKeyAlone() {
    DutyEpoch duty =
        new DutyEpoch(3, 7, Hashing.sha256(new byte[1]), new DutyTerms(1, 1, 5_000, 5_000));
    VrfKey key = VrfKey.fromSeed(new byte[32]);
    byte[] proof = key.prove(duty.alpha("w-01", 0)).bytes();

    assertThat(duty.owed("w-01", 0, proof, key.publicKey())).isPresent();
    assertThat(duty.owed("w-02", 0, proof, key.publicKey())).isEmpty();
  }

  @Test
  void shouldOpenASealWithItsOwnKindAndSaltOnly() {
    Hash seal = FlagSeal.of(REQUEST, FlagKind.BAD, salt());

    assertThat(FlagSeal.open(seal, opening(FlagKind.BAD, salt()))).contains(FlagKind.BAD);
    assertThat(FlagSeal.open(seal, opening(FlagKind.GOOD, salt()))).isEmpty();
    assertThat(FlagSeal.open(seal, opening(FlagKind.BAD, new byte[16]))).isEmpty();
    FlagOpening unnamed =
        new FlagOpening(
            "no id", FlagKind.BAD, "", Wire.buffer(salt()), 0L, 0, Wire.buffer(new byte[0]));
    assertThat(FlagSeal.open(seal, unnamed)).isEmpty();
  }

  private static FlagOpening opening(FlagKind kind, byte[] salt) {
    return new FlagOpening(
        REQUEST.toString(), kind, "", Wire.buffer(salt), 0L, 0, Wire.buffer(new byte[0]));
  }

  @ParameterizedTest
  @CsvSource({
    "BAD, REJECTED, MODEL, COUNTED",
    "BAD, REJECTED, UNAVAILABLE, VOID",
    "BAD, ACCEPTED, SECOND_ROUND, VOID",
    "BAD, INCONCLUSIVE, UNCONFIRMED, VOID",
    "BAD, EXPIRED, NO_WORKER, VOID",
    "GOOD, ACCEPTED, ALL_ACCEPT, COUNTED",
    "GOOD, REJECTED, MODEL, VOID",
    "GOOD, REJECTED, UNAVAILABLE, VOID",
    "GOOD, INCONCLUSIVE, UNCONFIRMED, VOID",
    "GOOD, EXPIRED, NO_WORKER, VOID",
    "BAD, INCONCLUSIVE, NO_TWO_THIRDS, VOID",
    "BAD, INCONCLUSIVE, COORDINATOR_INPUT, NONE",
    "BAD, INCONCLUSIVE, OUTPUT_LOST, NONE",
    "BAD, INCONCLUSIVE, NO_SECOND_COMMITTEE, NONE",
    "BAD, INCONCLUSIVE, NO_POSITIONS_LEFT, NONE",
    "GOOD, INCONCLUSIVE, COORDINATOR_INPUT, NONE",
    "NONE, ACCEPTED, ALL_ACCEPT, NONE",
    "NONE, REJECTED, MODEL, NONE"
  })
  void shouldCountOnlyFlagsThatTheVerdictAgreesWith(
      FlagKind kind, VerdictOutcome last, String reason, FlagOutcome outcome) {
    Verdict verdict = verdict(last, reason, MemberDecision.NONE, MemberDecision.NONE);

    assertThat(FlagOutcome.of(kind, verdict)).isEqualTo(outcome);
  }

  @Test
  void shouldFineWhoAcceptedABadFlagAndPayItsAuthor() {
    SettleCase plain =
        settle(
            VerdictOutcome.REJECTED,
            List.of(fee("a"), fee("b")),
            List.of(slash("author", S_OPEN, "author")));

    SettleCase flagged =
        settled(plain, FlagKind.BAD, VerdictOutcome.REJECTED, MemberDecision.ACCEPT);

    assertThat(flagged.getSlashes())
        .containsExactly(slash("a", PARAMETERS.getSlashBadFlag(), "bad-flag"));
    // 40 of 48 tokens at a price of 480.
    assertThat(flagged.getPayments())
        .containsExactly(fee("b"), new CasePayment("author", task("author"), 400L, "flag"));
    assertThat(flagged.getVotes()).isEqualTo(plain.getVotes());
  }

  /** Its rounds open the same positions to all of a committee, but not those of the other. */
  @Test
  void shouldFineNobodyForWhatTheFirstRoundDidNotSee() {
    SettleCase plain =
        settle(
            VerdictOutcome.REJECTED,
            List.of(fee("a"), fee("b")),
            List.of(slash("author", S_AUTHOR, "author")));
    Verdict unseen =
        verdict(VerdictOutcome.REJECTED, "MODEL", MemberDecision.ACCEPT, MemberDecision.ACCEPT);

    SettleCase flagged =
        FlagSettlement.of(plain, unseen, accepted(480), PROMPT, FlagKind.BAD, PARAMETERS);

    assertThat(flagged.getSlashes()).isEmpty();
    assertThat(flagged.getPayments())
        .containsExactly(
            fee("a"), fee("b"), new CasePayment("author", task("author"), 400L, "flag"));
  }

  @Test
  void shouldPayAnAuthorNoMoreThanTheFeesOfItsCase() {
    SettleCase plain = settle(VerdictOutcome.REJECTED, List.of(), List.of());
    Verdict found =
        verdict(VerdictOutcome.REJECTED, "MODEL", MemberDecision.REJECT, MemberDecision.REJECT);

    SettleCase flagged =
        FlagSettlement.of(plain, found, accepted(48_000), PROMPT, FlagKind.BAD, PARAMETERS);

    assertThat(flagged.getPayments())
        .containsExactly(new CasePayment("author", task("author"), 900L, "flag"));
  }

  @Test
  void shouldSlashTheAuthorOfABadFlagThatItDidNotOpenTheAnswerOf() {
    SettleCase plain =
        settle(
            VerdictOutcome.REJECTED,
            List.of(fee("a"), fee("b")),
            List.of(slash("author", S_AUTHOR, "author")));
    Verdict hidden =
        verdict(
            VerdictOutcome.REJECTED, "UNAVAILABLE", MemberDecision.ACCEPT, MemberDecision.REJECT);

    SettleCase flagged =
        FlagSettlement.of(plain, hidden, accepted(480), PROMPT, FlagKind.BAD, PARAMETERS);

    assertThat(flagged.getSlashes()).containsExactly(slash("author", S_AUTHOR, "author"));
    assertThat(flagged.getPayments()).containsExactly(fee("a"), fee("b"));
  }

  @Test
  void shouldFineWhoRejectedAGoodFlagAndLeaveItsAuthorPaid() {
    CasePayment author = new CasePayment("author", task("author"), 400L, "author");
    SettleCase plain =
        settle(VerdictOutcome.ACCEPTED, List.of(fee("a"), fee("b"), author), List.of());

    SettleCase flagged =
        settled(plain, FlagKind.GOOD, VerdictOutcome.ACCEPTED, MemberDecision.REJECT);

    assertThat(flagged.getSlashes())
        .containsExactly(slash("a", PARAMETERS.getSlashGoodFlag(), "good-flag"));
    assertThat(flagged.getPayments()).containsExactly(fee("b"), author);
  }

  @Test
  void shouldTakeTheLargestPenaltyOfATaskOnly() {
    SettleCase plain =
        settle(VerdictOutcome.REJECTED, List.of(), List.of(slash("a", S_OPEN, "opening")));

    SettleCase flagged =
        settled(plain, FlagKind.BAD, VerdictOutcome.REJECTED, MemberDecision.ACCEPT);

    assertThat(flagged.getSlashes()).containsExactly(slash("a", S_OPEN, "opening"));
  }

  @Test
  void shouldTakeTheBondOfAVoidFlagAndFineNobodyElse() {
    SettleCase plain = settle(VerdictOutcome.ACCEPTED, List.of(fee("a")), List.of());

    SettleCase flagged =
        settled(plain, FlagKind.BAD, VerdictOutcome.ACCEPTED, MemberDecision.ACCEPT);

    // 100c and three fees of 3c.
    assertThat(flagged.getSlashes()).containsExactly(slash("author", 10_900, "bond"));
    assertThat(flagged.getPayments()).containsExactly(fee("a"));
  }

  @Test
  void shouldChangeNothingWithoutAFlag() {
    SettleCase plain = settle(VerdictOutcome.ACCEPTED, List.of(fee("a")), List.of());

    assertThat(settled(plain, FlagKind.NONE, VerdictOutcome.ACCEPTED, MemberDecision.REJECT))
        .isSameAs(plain);
  }

  private static SettleCase settled(
      SettleCase plain, FlagKind kind, VerdictOutcome outcome, MemberDecision ofA) {
    MemberDecision ofB =
        ofA == MemberDecision.ACCEPT ? MemberDecision.REJECT : MemberDecision.ACCEPT;
    Verdict verdict = verdict(outcome, "", ofA, ofB);
    return FlagSettlement.of(plain, verdict, accepted(480), PROMPT, kind, PARAMETERS);
  }

  private static Verdict verdict(
      VerdictOutcome outcome, String reason, MemberDecision ofA, MemberDecision ofB) {
    return new Verdict(
        REQUEST.toString(),
        0,
        1,
        outcome,
        true,
        reason,
        1L,
        "calibrated",
        "",
        List.of(),
        16,
        52,
        List.of(),
        List.of(
            member("author", MemberRole.AUTHOR, 0, MemberDecision.NONE),
            member("a", MemberRole.CHECKER, 1, ofA),
            member("b", MemberRole.CHECKER, 1, ofB),
            // Round 2 is not fined, whatever it voted.
            member("c", MemberRole.CHECKER, 2, ofA)),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  private static VerdictMember member(
      String worker, MemberRole role, int round, MemberDecision decision) {
    return new VerdictMember(task(worker), worker, role, round, decision, "", false);
  }

  private static SettleCase settle(
      VerdictOutcome outcome, List<CasePayment> payments, List<CaseSlash> slashes) {
    return new SettleCase(
        "settle",
        REQUEST.toString(),
        0,
        outcome.name(),
        "requester:0123456789abcdef",
        payments,
        slashes,
        List.of(new CaseVote("a", true, true), new CaseVote("b", false, true)),
        "",
        true,
        7_200L);
  }

  private static CasePayment fee(String worker) {
    return new CasePayment(worker, task(worker), 300L, "fee");
  }

  private static CaseSlash slash(String worker, long amount, String kind) {
    return new CaseSlash(worker, task(worker), amount, kind);
  }

  private static ByteBuffer task(String worker) {
    return Wire.buffer(Hashing.sha256(worker.getBytes(StandardCharsets.UTF_8)));
  }

  private static Accepted accepted(long price) {
    ByteBuffer none = Wire.buffer(new byte[32]);
    return new Accepted(
        REQUEST.toString(),
        none,
        "requester:0123456789abcdef",
        none,
        0,
        none,
        0.0,
        0,
        0.0,
        none,
        48,
        3,
        price,
        1_000L,
        none,
        0,
        none,
        none);
  }
}
