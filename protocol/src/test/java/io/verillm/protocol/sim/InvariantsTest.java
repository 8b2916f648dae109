package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Balance;
import io.verillm.events.FundAccount;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.events.Posting;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.shard.Effect;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Every invariant must be able to break, and then name seed and step. */
class InvariantsTest {
  private static final String REQUEST = "0190-request";
  private static final Hash TASK = Hashing.sha256(new byte[] {1});
  private final Invariants invariants = new Invariants(42, 100);

  @Test
  void shouldNameSeedAndStep() {
    assertThatThrownBy(() -> settle(REQUEST))
        .isInstanceOfSatisfying(
            InvariantViolation.class,
            v -> {
              assertThat(v.seed()).isEqualTo(42);
              assertThat(v.step()).isEqualTo(1);
            })
        .hasMessage("seed 42, step 1: 0190-request/0 settles without a verdict");
  }

  @Test
  void shouldAllowOneLastVerdictOnly() {
    publish(verdict(false));
    publish(verdict(true));

    assertThatThrownBy(() -> publish(verdict(true))).hasMessageContaining("is decided again");
  }

  @Test
  void shouldAllowNoOpeningBeforeItsChallengeAndNoVoteEither() {
    assign();

    assertThatThrownBy(() -> apply(opening())).hasMessageContaining("opens before its challenge");
    assertThatThrownBy(() -> apply(vote())).hasMessageContaining("votes before its challenge");
  }

  @Test
  void shouldAllowNoTaskTwice() {
    assign();

    assertThatThrownBy(this::assign).hasMessageContaining("is assigned twice");
  }

  @Test
  void shouldWantEveryRequestTerminalByItsDeadline() {
    invariants.at(1_000);
    assign();
    invariants.at(1_100);

    assertThatThrownBy(() -> invariants.at(1_101)).hasMessageContaining("is open after 101 ticks");
  }

  @Test
  void shouldWantTransfersThatSumToZeroAndBalancesThatAreNotNegative() {
    assertThatThrownBy(() -> ledger("fund", List.of(new Posting("treasury", 1L)), List.of()))
        .hasMessageContaining("sums to 1");
    assertThatThrownBy(() -> ledger("fund", List.of(), List.of(new Balance("stake:w-1", -1L, 0L))))
        .hasMessageContaining("stake:w-1 holds -1 units");
    assertThatThrownBy(() -> ledger("fund", List.of(), List.of(new Balance("treasury", 5L, 0L))))
        .hasMessageContaining("all accounts together hold");
  }

  @Test
  void shouldAllowNoPayoutWithoutAVerdict() {
    List<Posting> pays = List.of(new Posting("escrow:x", -5L), new Posting("worker:w-1", 5L));

    assertThatThrownBy(() -> ledger("settle", pays, List.of()))
        .hasMessageContaining("pays without a verdict");
    publish(verdict(true));
    ledger("settle", pays, List.of());
  }

  private void assign() {
    invariants.on(new Effect.Assign(REQUEST, 0, 1, 0, "w-1", TASK, false), null);
  }

  private void apply(SpecificRecord event) {
    SignedRecord record =
        new SignedRecord("openings", 0, 0, new byte[0], new byte[0], "", new byte[0]);
    invariants.on(new Effect.Applied(3, record, null), event);
  }

  private void publish(SpecificRecord event) {
    invariants.on(new Effect.Publish(Effect.Stream.VERDICTS, REQUEST, event), event);
  }

  private void settle(String requestId) {
    publish(
        new SettleCase(
            "settle",
            requestId,
            0,
            "ACCEPTED",
            "requester:0123456789abcdef",
            List.of(),
            List.of(),
            List.of(),
            "",
            true,
            7_200L));
  }

  private void ledger(String kind, List<Posting> postings, List<Balance> balances) {
    Transfer transfer = new Transfer("t/0", kind, REQUEST, 0, 0L, postings, "");
    invariants.on(
        new FundAccount("fund", "treasury", 1L),
        new LedgerEffects(List.of(transfer), balances, List.of(), List.of(), List.of()));
  }

  private static Verdict verdict(boolean last) {
    return new Verdict(
        REQUEST,
        0,
        1,
        VerdictOutcome.ACCEPTED,
        last,
        "",
        1L,
        "none",
        "",
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        1,
        ByteBuffer.allocate(0));
  }

  private static Opening opening() {
    return new Opening(
        REQUEST,
        0,
        1,
        1,
        Wire.buffer(TASK),
        "w-1",
        OpeningStep.PREFILL,
        Wire.buffer(TASK),
        Wire.buffer(TASK),
        1,
        Wire.buffer(TASK),
        OpeningFinish.NONE,
        "cpu",
        Wire.buffer(TASK),
        Wire.buffer(TASK),
        List.of());
  }

  private static Vote vote() {
    return new Vote(REQUEST, 0, 1, Wire.buffer(TASK), "w-1", VoteDecision.ACCEPT, VoteReason.NONE);
  }
}
