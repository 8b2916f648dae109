package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Posting;
import io.verillm.events.Score;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.money.Accounts;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTallyTest {
  private final RunTally tally = new RunTally();

  @Test
  void shouldShowACheatingAuthorByRejectionAndSlash() {
    tally.add(transfer("t1", "fund", -500, Accounts.GENESIS, 500, Accounts.stake("w-03")));
    tally.add(verdict("r1", VerdictOutcome.REJECTED, true, author("w-03"), checker("w-01")));
    tally.add(transfer("t2", "settle", -300, Accounts.locked("w-03"), 300, Accounts.TREASURY));

    WorkerRow cheat = tally.workers(Map.of("w-03", "int8")).getFirst();

    assertThat(cheat).isEqualTo(new WorkerRow("w-03", "int8", 1, 0, 0, 1, 0, 0, 0, 300, 200));
    assertThat(tally.ledgerSum()).isZero();
  }

  @Test
  void shouldCountACheckerThatLostStakeAsFaulty() {
    tally.add(verdict("r1", VerdictOutcome.ACCEPTED, true, author("w-01"), checker("w-07")));
    tally.add(transfer("t1", "settle", -80, Accounts.locked("w-07"), 80, Accounts.TREASURY));

    assertThat(tally.workers(Map.of("w-07", "lazy")).getFirst().faultsAsChecker()).isEqualTo(1);
    assertThat(tally.workers(Map.of("w-01", "honest")).getFirst().faultsAsChecker()).isZero();
  }

  @Test
  void shouldNotCallALockASlash() {
    tally.add(transfer("t1", "lock", -80, Accounts.stake("w-01"), 80, Accounts.locked("w-01")));

    assertThat(tally.workers(Map.of("w-01", "honest")).getFirst().slashed()).isZero();
  }

  @Test
  void shouldTakeTheWorstCaseAsARequestsOutcome() {
    tally.add(verdict("r1", 0, 2, VerdictOutcome.ACCEPTED, true));
    tally.add(verdict("r1", 1, 2, VerdictOutcome.INCONCLUSIVE, true));
    tally.add(verdict("r2", 0, 1, VerdictOutcome.REJECTED, false));

    assertThat(tally.outcomes()).isEqualTo(Map.of("r1", VerdictOutcome.INCONCLUSIVE));
    assertThat(tally.verdicts()).hasSize(2);
    assertThat(tally.count(Stage.DECIDED)).isEqualTo(1);
  }

  @Test
  void shouldCountNothingTwice() {
    Transfer transfer = transfer("t1", "settle", -9, "escrow:r1", 9, Accounts.worker("w-01"));
    Score score = new Score(0L, "w-01", 4, 1, 70L, 70L, false);
    for (int i = 0; i < 2; i++) {
      tally.add(transfer);
      tally.add(score);
      tally.add(accepted("r1"));
    }

    WorkerRow row = tally.workers(Map.of("w-01", "honest")).getFirst();

    assertThat(row.paid()).isEqualTo(9);
    assertThat(row.score()).isEqualTo(70);
    assertThat(tally.count(Stage.QUEUED)).isEqualTo(1);
  }

  private static Accepted accepted(String id) {
    ByteBuffer none = ByteBuffer.allocate(0);
    return new Accepted(
        id, none, "", none, 1, none, 0.0, 1, 1.0, none, 1, 3, 1L, 1L, none, 1, none, none);
  }

  private static VerdictMember author(String worker) {
    return member(worker, MemberRole.AUTHOR, 0, MemberDecision.NONE);
  }

  private static VerdictMember checker(String worker) {
    return member(worker, MemberRole.CHECKER, 1, MemberDecision.ACCEPT);
  }

  private static VerdictMember member(
      String worker, MemberRole role, int round, MemberDecision decision) {
    return new VerdictMember(ByteBuffer.allocate(32), worker, role, round, decision, "", false);
  }

  private static Verdict verdict(
      String id, VerdictOutcome outcome, boolean last, VerdictMember... members) {
    return verdict(id, 0, 1, outcome, last, members);
  }

  private static Verdict verdict(
      String id,
      int segment,
      int segments,
      VerdictOutcome outcome,
      boolean last,
      VerdictMember... members) {
    return new Verdict(
        id,
        segment,
        1,
        outcome,
        last,
        "",
        5L,
        "calibrated",
        "c1",
        List.of(),
        16,
        64,
        List.of(),
        Arrays.asList(members),
        List.of(),
        segments,
        ByteBuffer.allocate(0));
  }

  private static Transfer transfer(
      String id, String kind, long first, String from, long second, String to) {
    return new Transfer(
        id, kind, "r1", 0, 1L, List.of(new Posting(from, first), new Posting(to, second)), "");
  }
}
