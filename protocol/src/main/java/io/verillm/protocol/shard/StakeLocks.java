package io.verillm.protocol.shard;

import io.verillm.events.LockStake;
import io.verillm.events.StakeLock;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * When stake is locked. From its PREFILL on a task is public under the name of its worker, so its
 * stake is locked there, by the task alone: that says nothing of request or role, and one stake
 * backs no more tasks than it covers. The challenge hands the lock to the case that would take it.
 */
final class StakeLocks {
  private final Consumer<Effect> effects;

  StakeLocks(Consumer<Effect> effects) {
    this.effects = effects;
  }

  /** A task's PREFILL counts. */
  void committed(RequestState request, TaskState task) {
    if (task.ineligible) {
      // It was asked by mistake, and owes nothing.
      return;
    }
    String taskId = task.taskId.hex();
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS,
            taskId,
            new LockStake("lock/" + taskId, "", -1, List.of(lock(request, task)))));
  }

  /** A round's first challenge: each task that opens is locked once, in its home. */
  void challenged(RequestState request, CaseState found) {
    String id = "lock/" + request.requestId + "/" + found.segment + "/" + request.round;
    List<StakeLock> locks =
        found.members.stream()
            .filter(m -> Challenges.opens(found, m) && found == home(request, m.task))
            .filter(m -> Math.max(1, m.round) == request.round)
            .map(m -> locked(request, m.task))
            .toList();
    publish(request, found, id, locks);
  }

  /** The end: what no challenge has handed over, so that the settlement finds and frees it. */
  void ended(RequestState request) {
    Predicate<TaskState> left = t -> t.prefillRoot != null && !t.ineligible && !t.locked;
    for (CaseState found : request.cases) {
      List<StakeLock> locks =
          request.tasks.stream()
              .filter(left.and(t -> home(request, t) == found))
              .map(t -> locked(request, t))
              .toList();
      if (!locks.isEmpty()) {
        String id = "lock/" + request.requestId + "/" + found.segment + "/end";
        publish(request, found, id, locks);
      }
    }
  }

  private void publish(RequestState request, CaseState found, String id, List<StakeLock> locks) {
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS,
            request.requestId,
            new LockStake(id, request.requestId, found.segment, locks)));
  }

  private static StakeLock locked(RequestState request, TaskState task) {
    task.locked = true;
    return lock(request, task);
  }

  private static StakeLock lock(RequestState request, TaskState task) {
    return new StakeLock(Wire.buffer(task.taskId), task.worker, request.parameters.getLock());
  }

  /** The case in which a task can lose stake: an author's own, for others the first they check. */
  static CaseState home(RequestState request, TaskState task) {
    return task.author
        ? request.cases.get(task.segment)
        : request.checkedBy(task).findFirst().orElseThrow();
  }
}
