package io.verillm.protocol.money;

import io.verillm.events.DutyMissed;
import io.verillm.events.LockStake;
import io.verillm.events.StakeLock;
import io.verillm.protocol.money.OpenCase.Lock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Locks stake: for a task alone as soon as its worker has committed to it, and for the tasks of a
 * case, which takes over what is locked for them.
 */
final class Stakes {
  private Stakes() {}

  static void lock(Draft draft, LockStake command) throws RefusedCommand {
    Checks.entries(command.getLocks());
    if (command.getRequestId().isEmpty()) {
      lockTasks(draft, command);
    } else {
      lockCase(draft, command);
    }
  }

  /** What is locked for a task before any case takes it over. */
  private static String key(String taskId) {
    return "task/" + taskId;
  }

  private static void lockTasks(Draft draft, LockStake command) throws RefusedCommand {
    long missing = 0;
    for (StakeLock lock : command.getLocks()) {
      String key = key(check(lock));
      RefusedCommand.unless(draft.get(key).isEmpty(), Refusal.TASK_LISTED_TWICE);
      long amount = take(draft, lock, lock.getAmount());
      missing = Math.addExact(missing, lock.getAmount() - amount);
      draft.put(key, amount + " " + lock.getWorker());
    }
    draft.transfer("lock", "", -1, note(missing));
  }

  private static String check(StakeLock lock) throws RefusedCommand {
    String taskId = Checks.task(lock.getTaskId());
    Checks.worker(lock.getWorker());
    Checks.positive(lock.getAmount());
    return taskId;
  }

  /** Locks up to so many units of the worker's free stake; says how many. */
  private static long take(Draft draft, StakeLock lock, long wanted) {
    String stake = Accounts.stake(lock.getWorker());
    long amount = Math.min(wanted, draft.balance(stake));
    draft.move(stake, Accounts.locked(lock.getWorker()), amount);
    return amount;
  }

  /** Takes over what is locked for the task alone, if it is this worker's. */
  private static long takeOver(Draft draft, String taskId, StakeLock lock) {
    Optional<String> held =
        draft.get(key(taskId)).filter(text -> text.endsWith(" " + lock.getWorker()));
    held.ifPresent(text -> draft.remove(key(taskId)));
    return held.map(text -> Long.parseLong(text.split(" ")[0])).orElse(0L);
  }

  /** What a worker loses for flags that it owed: from its free stake, then from its earnings. */
  static void missed(Draft draft, DutyMissed command) throws RefusedCommand {
    String worker = command.getWorker();
    Checks.worker(worker);
    Checks.positive(command.getAmount());
    // One loss for a shard, duty epoch and worker, whatever else a command says.
    String id = DutyTerms.key(command.getShard(), command.getDutyEpoch(), worker);
    RefusedCommand.unless(command.getCommandId().equals(id), Refusal.BAD_ID);
    long wanted = command.getAmount();
    for (String account : List.of(Accounts.stake(worker), Accounts.worker(worker))) {
      long taken = Math.min(wanted, draft.balance(account));
      draft.move(account, Accounts.TREASURY, taken);
      wanted -= taken;
    }
    draft.transfer(
        "duty",
        "",
        -1,
        "missing=" + command.getMissing() + (wanted == 0 ? "" : " slash-short=" + wanted));
  }

  private static String note(long missing) {
    return missing == 0 ? "locked" : "stake-short=" + missing;
  }

  /**
   * A lock is capped by the worker's free stake: a draw saw an older one, and a worker that has
   * less must not keep the others of its case from being locked. A task that is locked already
   * stays as it is, so that round 2 may list round 1 again.
   */
  private static void lockCase(Draft draft, LockStake command) throws RefusedCommand {
    String requestId = command.getRequestId();
    int segment = command.getSegment();
    Checks.request(requestId, segment);
    RefusedCommand.unless(Escrow.read(draft, requestId).isPresent(), Refusal.UNKNOWN_REQUEST);
    RefusedCommand.unless(!Settlement.isSettled(draft, requestId, segment), Refusal.CASE_SETTLED);
    String key = OpenCase.key(requestId, segment);
    OpenCase open = OpenCase.read(draft, key);
    List<Lock> locks = new ArrayList<>(open.locks());
    Set<String> listed = new HashSet<>();
    long missing = 0;
    for (StakeLock lock : command.getLocks()) {
      String taskId = check(lock);
      RefusedCommand.unless(listed.add(taskId), Refusal.TASK_LISTED_TWICE);
      if (open.lockOf(taskId).isEmpty()) {
        long held = takeOver(draft, taskId, lock);
        long amount = held + take(draft, lock, Math.max(0, lock.getAmount() - held));
        missing = Math.addExact(missing, Math.max(0, lock.getAmount() - amount));
        if (amount > 0) {
          locks.add(new Lock(taskId, lock.getWorker(), amount));
        }
      }
    }
    OpenCase.unsettled(locks).write(draft, key);
    draft.transfer("lock", requestId, segment, note(missing));
  }
}
