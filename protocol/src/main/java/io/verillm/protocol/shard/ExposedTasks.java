package io.verillm.protocol.shard;

import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.TaskAgreement;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tasks that workers publish to show that the coordinator fed them something else than it says. */
final class ExposedTasks {
  private final ShardState state;
  private final CaseBasis basis;
  private final UnaryOperator<String> tasksTopic;

  /**
   * Reads exposures.
   *
   * @param tasksTopic full name of the topic of a worker's tasks
   */
  ExposedTasks(ShardState state, CaseBasis basis, UnaryOperator<String> tasksTopic) {
    this.state = state;
    this.basis = basis;
    this.tasksTopic = tasksTopic;
  }

  @Nullable Refusal apply(SignedRecord record, TaskExposed exposed) {
    Hash taskId = Wire.hash(exposed.getTaskId());
    RequestState request = state.byTask.get(taskId);
    if (request == null) {
      return state.closed.contains(exposed.getRequestId()) ? Refusal.LATE : Refusal.UNKNOWN_TASK;
    }
    TaskState task = request.task(taskId).orElseThrow();
    if (!record.signer().equals(Signers.worker(task.worker))) {
      return Refusal.NOT_YOUR_TASK;
    }
    Refusal refusal = StateTable.refusal(request, Input.EXPOSED_TASK);
    if (refusal != null) {
      return refusal;
    }
    if (request.cases.stream().noneMatch(c -> isChallenged(c, task))) {
      return Refusal.BEFORE_CHALLENGE;
    }
    if (!isSigned(task, exposed) || agrees(request, task, exposed)) {
      return Refusal.TASK_AS_SAID;
    }
    task.exposed = true;
    return null;
  }

  private static boolean isChallenged(CaseState found, TaskState task) {
    return found
        .member(task.taskId)
        .filter(m -> !found.challengesOf(Math.max(1, m.round)).isEmpty())
        .isPresent();
  }

  private boolean isSigned(TaskState task, TaskExposed exposed) {
    VerifyKey key = state.registry.keyOf(Signers.COORDINATOR).orElseThrow();
    Hash signed =
        SignedRecord.signedHash(
            tasksTopic.apply(task.worker),
            Wire.bytes(exposed.getKey()),
            Wire.bytes(exposed.getValue()));
    return key.verify(signed.bytes(), Wire.bytes(exposed.getSignature()));
  }

  /** Whether the signed task is the one that the challenge says, or another one altogether. */
  private boolean agrees(RequestState request, TaskState task, TaskExposed exposed) {
    try {
      Task signed = EventCodec.decode(Wire.bytes(exposed.getValue()), Task.class);
      return !signed.getTaskId().equals(Wire.buffer(task.taskId))
          || TaskAgreement.holds(
              signed,
              basis.ground(request, request.cases.getFirst()),
              task.segment,
              basis.contextHash(request, task.segment));
    } catch (UndecodableEvent e) {
      return true;
    }
  }
}
