package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Balance;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Posting;
import io.verillm.events.VerdictOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MoneyInvariantsTest {
  private static final List<Posting> FUNDS =
      List.of(new Posting("genesis", -5L), new Posting("treasury", 5L));
  private static final Balance GENESIS = new Balance("genesis", -5L, 0L);

  private final MoneyInvariants money =
      new MoneyInvariants((holds, what, values) -> {
        if (!holds) {
          throw new IllegalStateException(what.formatted(values));
        }
      });
  private final Books books = new Books(money::on);

  @Test
  void shouldWantTransfersThatSumToZero() {
    assertBroken(
        () -> books.told("fund", -1, Books.funding(), new Posting("treasury", 1L)), "sums to 1");
  }

  @Test
  void shouldLetNobodyOwe() {
    assertBroken(
        () ->
            books
                .reserved()
                .told(
                    "peer",
                    -1,
                    new CloseScoringEpoch("close", 0L, false, 0L),
                    new Posting("treasury", -5L),
                    new Posting("worker:w-1", 5L)),
        "treasury holds -5 units");
  }

  @Test
  void shouldWantBalancesThatPostingsExplain() {
    assertBroken(
        () ->
            books.told(
                "fund",
                -1,
                Books.funding(),
                FUNDS,
                List.of(GENESIS, new Balance("treasury", 6L, 0L))),
        "treasury holds 6 units, its postings say 5");
  }

  @Test
  void shouldWantNoBalancesWithoutPostings() {
    assertBroken(
        () -> books.told("fund", -1, Books.funding(), List.of(), List.of(GENESIS)),
        "genesis holds -5 units, its postings say 0");
  }

  @Test
  void shouldWantBalancesOfAllThatIsPosted() {
    assertBroken(
        () -> books.told("fund", -1, Books.funding(), FUNDS, List.of(GENESIS)),
        "no balance is told of {treasury=5}");
  }

  @Test
  void shouldMoveByEachKindBetweenItsOwnAccountsAlone() {
    assertBroken(
        () ->
            books.told(
                "fund",
                -1,
                Books.funding(),
                new Posting("genesis", -5L),
                new Posting("worker:w-1", 5L)),
        "a fund by FundAccount moves 5 units of worker:w-1");
  }

  @Test
  void shouldPayPeersOnlyAtTheCloseOfAScoringEpoch() {
    assertBroken(
        () ->
            books.told(
                "peer",
                -1,
                Books.funding(),
                new Posting("treasury", -5L),
                new Posting("worker:w-1", 5L)),
        "a peer by FundAccount moves -5 units of treasury");
  }

  @Test
  void shouldPayNobodyInTheStake() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.ACCEPTED));

    assertBroken(() -> books.pays("stake:author"), "a settle by SettleCase moves 1 units of stake");
  }

  @Test
  void shouldPayForNoCaseWithoutAVerdict() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.ACCEPTED));

    books.pays("worker:author", 0);
    assertBroken(() -> books.pays("worker:author", 1), "t/0 pays without a verdict");
  }

  @Test
  void shouldPayNoAuthorOfARejectedCase() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.REJECTED));
    money.flagged(flag(FlagKind.GOOD));

    books.pays("worker:checker");
    assertBroken(
        () -> books.pays("worker:author"), "/0 pays worker:author, where REJECTED members are");
  }

  @Test
  void shouldPayAnAuthorThatPlantedACheat() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.REJECTED));
    money.flagged(flag(FlagKind.BAD));

    assertThatCode(() -> books.pays("worker:author")).doesNotThrowAnyException();
  }

  @Test
  void shouldPayNobodyThatHadNoPartInTheCase() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.ACCEPTED));

    assertBroken(() -> books.pays("worker:friend"), "pays worker:friend");
  }

  @Test
  void shouldGiveBackWhatIsLeftToWhoReservedIt() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.REJECTED));

    assertBroken(
        () -> books.pays("requester:0000000000000000"),
        "requester:0000000000000000 gets back what requester:0123456789abcdef reserved");
  }

  @Test
  void shouldLeaveNothingInTheEscrowOfARequestThatIsClosed() {
    books.reserved();
    money.decided(Books.verdict(VerdictOutcome.REJECTED));

    assertBroken(
        () -> books.told("settle", 0, Books.settlement(true)),
        "10 units are left of the escrow of 0190-request");
  }

  private static void assertBroken(ThrowingCallable step, String how) {
    assertThatThrownBy(step).isInstanceOf(IllegalStateException.class).hasMessageContaining(how);
  }

  private static FlagOpening flag(FlagKind kind) {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    return new FlagOpening(Books.REQUEST, kind, "", nothing, 0L, 0, nothing);
  }
}
