package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.OpeningFinish;
import io.verillm.events.OpeningStep;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Effect;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Every invariant must be able to break, and then name seed and step. */
class InvariantsTest {
  private static final String REQUEST = Books.REQUEST;
  private static final Hash TASK = Hashing.sha256(new byte[] {1});
  private static final Deadlines DEADLINES = new Deadlines(10, 100, 20, 30, 40);
  private final Invariants invariants = new Invariants(42, DEADLINES);

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
  void shouldAllowNoTaskOfADecidedRequest() {
    publish(verdict(true));

    assertThatThrownBy(this::assign).hasMessageContaining("a task of 0190-request, decided");
  }

  @Test
  void shouldAllowARequestToBeAcceptedOnce() {
    apply(accepted());
    assertThatThrownBy(() -> apply(accepted())).hasMessageContaining("is accepted twice");

    publish(verdict(true));
    assertThatThrownBy(() -> apply(accepted())).hasMessageContaining("is accepted again");
  }

  @Test
  void shouldAllowOneCommitmentForEachStepOfATaskThatSomebodyHas() {
    assertThatThrownBy(() -> commit(CommitmentStep.PREFILL, 3))
        .hasMessageContaining("counts, which nobody has");
    assign();
    commit(CommitmentStep.PREFILL, 3);
    commit(CommitmentStep.FINAL, 3);

    assertThatThrownBy(() -> commit(CommitmentStep.PREFILL, 4))
        .hasMessageContaining("a second PREFILL of task");
    assertThatThrownBy(() -> commit(CommitmentStep.FINAL, 4))
        .hasMessageContaining("a second FINAL of task");
  }

  @Test
  void shouldAllowOneOpeningAndOneVoteOfWhoIsChallenged() {
    assign();
    commit(CommitmentStep.PREFILL, 2);
    publish(challenge(2, 1, checker(true)));
    apply(opening());
    apply(vote());

    assertThatThrownBy(() -> apply(opening())).hasMessageContaining("a second opening of task");
    assertThatThrownBy(() -> apply(vote())).hasMessageContaining("a second vote of task");
  }

  @Test
  void shouldAllowNoOpeningInTheEpochOfItsDraw() {
    assign();
    commit(CommitmentStep.PREFILL, 3);
    publish(challenge(3, 2, checker(true)));

    assertThatThrownBy(() -> apply(opening()))
        .hasMessageContaining("opens in epoch 3 what epoch 3 drew");
  }

  @Test
  void shouldAllowNoOpeningOfWhoIsNotChallenged() {
    assign();
    publish(challenge(2, 1, checker(false)));

    assertThatThrownBy(() -> apply(opening())).hasMessageContaining("opens a challenge without it");
  }

  @Test
  void shouldAllowOneDrawForEachPartOfAnOpenRequest() {
    assertThatThrownBy(() -> publish(challenge(2, 1)))
        .hasMessageContaining("is challenged and not open");
    assign();
    publish(challenge(2, 1));

    assertThatThrownBy(() -> publish(challenge(2, 1)))
        .hasMessageContaining("round 1 part 1 is drawn twice");
  }

  /** The order that the security rests on: author, committee, checkers, positions. */
  @Test
  void shouldWantRootsBeforeTheDrawsThatTheyMustNotKnow() {
    assign();
    assertThatThrownBy(() -> publish(challenge(5, 4, author())))
        .hasMessageContaining("must open and has sealed nothing");
    commit(CommitmentStep.FINAL, 5);
    commit(CommitmentStep.PREFILL, 5);

    assertThatThrownBy(() -> publish(challenge(9, 4, 2, author())))
        .hasMessageContaining("committee of 0190-request drawn in epoch 4, its author sealed in 5");
    assertThatThrownBy(() -> publish(challenge(4, 3, 3, checker(true))))
        .hasMessageContaining("positions of 0190-request drawn in epoch 4");
    assertThatThrownBy(() -> publish(challenge(9, 5, 4, checker(true))))
        .hasMessageContaining("sealed in epoch 5, before its committee of epoch 5");
    publish(challenge(9, 5, 5, author()));
    publish(challenge(5, 4, 6, checker(true)));
  }

  @Test
  void shouldSettleACaseOnceAndOnlyIfItWasOpen() {
    assign();
    publish(verdict(true));
    settle(REQUEST);
    assertThatThrownBy(() -> settle(REQUEST)).hasMessageContaining("settles twice");

    Invariants never = new Invariants(42, DEADLINES);
    never.on(new Effect.Publish(Effect.Stream.VERDICTS, REQUEST, verdict(true)), verdict(true));
    assertThatThrownBy(() -> settle(never, REQUEST))
        .hasMessageContaining("settles and was not open");
  }

  @Test
  void shouldCountAFlagOnceBetweenVerdictAndSettlement() {
    assign();
    assertThatThrownBy(() -> apply(flag())).hasMessageContaining("counts before its last verdict");
    publish(verdict(true));
    apply(flag());
    assertThatThrownBy(() -> apply(flag())).hasMessageContaining("a second flag of");

    settle(REQUEST);
    assertThatThrownBy(() -> apply(flag())).hasMessageContaining("counts behind its settlement");
  }

  /** Each phase by its own deadline: the one before may have taken as long as it likes. */
  @Test
  void shouldWantWhatEachPhaseWaitsForByItsDeadline() {
    assign();
    assertWaits("an author", 10);
    commit(CommitmentStep.PREFILL, 2);
    assertWaits("an output", 100);
    commit(CommitmentStep.FINAL, 2);
    check();
    assertWaits("its challenge", 110);
    publish(challenge(3, 2, author()));
    assertWaits("its openings and votes", 130);
    publish(verdict(false));
    assertWaits("its last verdict", 160);
    publish(verdict(true));
    assertWaits("its settlement", 200);
    settle(REQUEST);
    invariants.at(10_000);
  }

  /** To the last tick, and then time stands there. */
  private void assertWaits(String what, long until) {
    assertThatThrownBy(() -> invariants.at(until + 1))
        .hasMessageContaining("waits for " + what)
        .hasMessageContaining("at the latest until " + until);
    invariants.at(until);
  }

  private void check() {
    invariants.on(
        new Effect.Assign(REQUEST, 0, 1, 0, "w-2", Hashing.sha256(new byte[] {2}), false), null);
  }

  /** {@link MoneyInvariantsTest} has the rules; here they must be asked. */
  @Test
  void shouldBookWhatTheLedgerDoesByTheVerdictsAndFlagsThatCount() {
    Books books = new Books(invariants::on);
    books.reserved();
    publish(Books.verdict(VerdictOutcome.REJECTED));
    apply(flag());
    books.pays("worker:author");

    Invariants others = new Invariants(42, DEADLINES);
    assertThatThrownBy(() -> new Books(others::on).reserved().pays("worker:author"))
        .hasMessageContaining("pays without a verdict");
  }

  private void assign() {
    invariants.on(new Effect.Assign(REQUEST, 0, 1, 0, "w-1", TASK, true), null);
  }

  private void commit(CommitmentStep step, long epoch) {
    apply(new Commitment(Wire.buffer(TASK), "w-1", step, Wire.buffer(TASK), null), epoch);
  }

  private void apply(SpecificRecord event) {
    apply(event, 3);
  }

  private void apply(SpecificRecord event, long epoch) {
    SignedRecord record =
        new SignedRecord("openings", 0, 0, new byte[0], new byte[0], "", new byte[0]);
    invariants.on(new Effect.Applied(epoch, record, null), event);
  }

  private void publish(SpecificRecord event) {
    invariants.on(new Effect.Publish(Effect.Stream.VERDICTS, REQUEST, event), event);
  }

  private void settle(String requestId) {
    settle(invariants, requestId);
  }

  private static void settle(Invariants watching, String requestId) {
    SettleCase settle =
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
            7_200L);
    watching.on(new Effect.Publish(Effect.Stream.VERDICTS, requestId, settle), settle);
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

  private static Accepted accepted() {
    SimulatedRequest request = new SimulatedRequest(1, 0, FlagKind.NONE, 0);
    return Accepted.newBuilder(request.accepted(request.input(TASK), 3, 0))
        .setRequestId(REQUEST)
        .build();
  }

  private static FlagOpening flag() {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    return new FlagOpening(REQUEST, FlagKind.BAD, "", nothing, 0L, 0, nothing);
  }

  private static RosterEntry author() {
    return entry(RosterRole.AUTHOR, true);
  }

  private static RosterEntry checker(boolean committed) {
    return entry(RosterRole.CHECKER, committed);
  }

  private static RosterEntry entry(RosterRole role, boolean committed) {
    ByteBuffer task = Wire.buffer(TASK);
    return new RosterEntry(
        task, "w-1", role, 1, 0, task, task, task, committed, -1, task, task, task);
  }

  private static Challenge challenge(long epoch, long committeeEpoch, RosterEntry... roster) {
    return challenge(epoch, committeeEpoch, 1, roster);
  }

  /** In a part of its own, so that no draw is a second one. */
  private static Challenge challenge(
      long epoch, long committeeEpoch, int part, RosterEntry... roster) {
    ByteBuffer proof = Wire.buffer(TASK);
    return new Challenge(
        REQUEST,
        0,
        1,
        part,
        epoch,
        proof,
        committeeEpoch,
        proof,
        1,
        "",
        List.of(roster),
        List.of(),
        List.of(1),
        1,
        null);
  }
}
