package io.verillm.protocol.money;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeLock;
import java.nio.ByteBuffer;
import java.util.List;

/** Short forms of the ledger's commands, ids derived from what they say. */
final class Commands {
  static final String ALICE = "requester:00000000000000aa";

  /** w of every case, in units. */
  static final long WEIGHT = 7_200;

  private Commands() {}

  static ByteBuffer task(int number) {
    return ByteBuffer.allocate(32).putInt(28, number);
  }

  static FundAccount fund(String account, long amount) {
    return new FundAccount("fund/" + account + "/" + amount, account, amount);
  }

  static ReserveEscrow reserve(String requestId, long amount) {
    return new ReserveEscrow("reserve/" + requestId, requestId, 0, ALICE, amount, 0);
  }

  static StakeLock lock(int task, String worker, long amount) {
    return new StakeLock(task(task), worker, amount);
  }

  static LockStake lock(String requestId, StakeLock... locks) {
    return new LockStake("lock/" + requestId, requestId, 0, List.of(locks));
  }

  /** The lock of a task alone. */
  static LockStake lockTask(int task, String worker, long amount) {
    return new LockStake("lock-task/" + task, "", -1, List.of(lock(task, worker, amount)));
  }

  static CasePayment pay(int task, String worker, long amount, String kind) {
    return new CasePayment(worker, task(task), amount, kind);
  }

  static CaseSlash slash(int task, String worker, long amount, String kind) {
    return new CaseSlash(worker, task(task), amount, kind);
  }

  static CaseVote accept(String worker) {
    return new CaseVote(worker, false, true);
  }

  static CaseVote reject(String worker) {
    return new CaseVote(worker, true, true);
  }

  static SettleCase settle(
      String requestId,
      String outcome,
      List<CasePayment> payments,
      List<CaseSlash> slashes,
      List<CaseVote> votes) {
    return new SettleCase(
        "settle/" + requestId,
        requestId,
        0,
        outcome,
        ALICE,
        payments,
        slashes,
        votes,
        "",
        true,
        WEIGHT);
  }

  /** One of several cases of a request. */
  static SettleCase settle(
      String requestId,
      int segment,
      String outcome,
      List<CasePayment> payments,
      List<CaseSlash> slashes,
      boolean last) {
    return new SettleCase(
        "settle/" + requestId + "/" + segment,
        requestId,
        segment,
        outcome,
        ALICE,
        payments,
        slashes,
        List.of(),
        "",
        last,
        WEIGHT);
  }

  static CloseScoringEpoch close(long epoch, boolean drain) {
    return new CloseScoringEpoch("close/" + epoch, epoch, drain, 0L);
  }
}
