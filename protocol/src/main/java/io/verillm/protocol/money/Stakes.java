package io.verillm.protocol.money;

import io.verillm.events.LockStake;
import io.verillm.events.StakeLock;
import io.verillm.protocol.money.OpenCase.Lock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Locks stake for the tasks of a case. */
final class Stakes {
  private Stakes() {}

  /**
   * A lock is capped by the worker's free stake: a draw saw an older one, and a worker that has
   * less must not keep the others of its case from being locked. A task that is locked already
   * stays as it is, so that round 2 may list round 1 again.
   */
  static void lock(Draft draft, LockStake command) throws RefusedCommand {
    String requestId = command.getRequestId();
    int segment = command.getSegment();
    Checks.request(requestId, segment);
    RefusedCommand.unless(Escrow.read(draft, requestId).isPresent(), Refusal.UNKNOWN_REQUEST);
    RefusedCommand.unless(!Settlement.isSettled(draft, requestId, segment), Refusal.CASE_SETTLED);
    Checks.entries(command.getLocks());
    String key = OpenCase.key(requestId, segment);
    OpenCase open = OpenCase.read(draft, key);
    List<Lock> locks = new ArrayList<>(open.locks());
    Set<String> listed = new HashSet<>();
    long missing = 0;
    for (StakeLock lock : command.getLocks()) {
      String taskId = Checks.task(lock.getTaskId());
      Checks.worker(lock.getWorker());
      Checks.positive(lock.getAmount());
      RefusedCommand.unless(listed.add(taskId), Refusal.TASK_LISTED_TWICE);
      if (open.lockOf(taskId).isEmpty()) {
        String stake = Accounts.stake(lock.getWorker());
        long amount = Math.min(lock.getAmount(), draft.balance(stake));
        missing = Math.addExact(missing, lock.getAmount() - amount);
        if (amount > 0) {
          draft.move(stake, Accounts.locked(lock.getWorker()), amount);
          locks.add(new Lock(taskId, lock.getWorker(), amount));
        }
      }
    }
    new OpenCase(false, locks, List.of()).write(draft, key);
    draft.transfer("lock", requestId, segment, missing == 0 ? "locked" : "stake-short=" + missing);
  }
}
