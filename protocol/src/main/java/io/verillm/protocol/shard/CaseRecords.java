package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.PrivateOpening;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.OwnWords;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.schemas.UndecodableEvent;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What one sealed record changes, or why it does not count. Signatures are checked before. */
final class CaseRecords {
  private final ShardState state;
  private final RequestSteps steps;
  private final int shard;

  private final ExposedTasks exposed;
  private final Disputes disputes;
  private final Flags flags;
  private final Duties duties;
  private final OpeningRecords openings;

  CaseRecords(
      ShardState state,
      RequestSteps steps,
      ExposedTasks exposed,
      Disputes disputes,
      Duties duties,
      int shard) {
    this.shard = shard;
    this.exposed = exposed;
    this.disputes = disputes;
    this.flags = new Flags(state, duties);
    this.duties = duties;
    this.openings = new OpeningRecords(state, steps);
    this.state = state;
    this.steps = steps;
  }

  @Nullable Refusal apply(
      SignedRecord record, String topic, ShardTopics topics, SpecificRecord event)
      throws UndecodableEvent {
    return switch (event) {
      case Accepted a when topic.equals(topics.accepted()) -> accepted(record, a);
      case OutputReady r when topic.equals(topics.accepted()) -> ready(r);
      case TasksIssued i when topic.equals(topics.accepted()) -> issued(i);
      case Commitment c when topic.equals(topics.commitments()) -> commitment(record, c);
      case Opening o when topic.equals(topics.openings()) -> openings.apply(record, o);
      case PrivateOpening o when topic.equals(topics.openings()) -> openings.apply(record, o);
      case Vote v when topic.equals(topics.votes()) -> vote(record, v);
      case TaskExposed t when topic.equals(topics.disputes()) -> exposed.apply(record, t);
      case Dispute d when topic.equals(topics.disputes()) -> disputes.apply(record, d);
      case FlagOpening f when topic.equals(topics.flags()) -> flags.apply(record, f);
      case ClaimIgnored c when topic.equals(topics.flags()) -> flags.apply(record, c);
      case DutyBegun d when topic.equals(topics.flags()) -> duties.begun(record, d);
      case FlagDuty d when topic.equals(topics.flags()) -> duties.proved(record, d);
      default -> Refusal.WRONG_TOPIC;
    };
  }

  private @Nullable Refusal accepted(SignedRecord record, Accepted accepted) {
    String id = accepted.getRequestId();
    Refusal refusal = AcceptedCheck.refusal(accepted, state.registry);
    if (refusal != null) {
      return refusal;
    }
    if (state.closed.contains(id) || state.open.containsKey(id)) {
      return Refusal.DUPLICATE_REQUEST;
    }
    refusal = state.granted.take(accepted);
    if (refusal != null) {
      return refusal;
    }
    duties.accepted(accepted);
    steps.begin(
        new RequestState(
            id, record.value(), state.registry.parameters().orElseThrow(), state.clock.ticks()));
    return null;
  }

  private @Nullable Refusal issued(TasksIssued event) {
    if (event.getShard() != shard) {
      return Refusal.OTHER_SHARD;
    }
    return state.clock.issued(event.getEpoch(), state.seals.nextEpoch())
        ? null
        : Refusal.NOT_ISSUED;
  }

  private @Nullable Refusal ready(OutputReady ready) {
    Hash taskId = Wire.hash(ready.getTaskId());
    RequestState request = state.byTask.get(taskId);
    if (request == null) {
      return Refusal.UNKNOWN_TASK;
    }
    Refusal refusal = StateTable.refusal(request, Input.OUTPUT_READY);
    if (refusal == null) {
      request.task(taskId).orElseThrow().outputReady = true;
    }
    return refusal;
  }

  private @Nullable Refusal commitment(SignedRecord record, Commitment c) {
    Hash taskId = Wire.hash(c.getTaskId());
    RequestState request = state.byTask.get(taskId);
    if (request == null) {
      return Refusal.UNKNOWN_TASK;
    }
    TaskState task = request.task(taskId).orElseThrow();
    Refusal refusal = owner(record, c, c.getWorker(), task);
    if (refusal == null) {
      Input input = task.author ? Input.AUTHOR_COMMITMENT : Input.CHECKER_COMMITMENT;
      refusal = StateTable.refusal(request, input);
    }
    if (refusal != null) {
      return refusal;
    }
    Hash root = Wire.hash(c.getSealedRoot());
    if (!SoundCommitment.test(c, task.prefillRoot != null)) {
      return Refusal.WRONG_STEP;
    }
    return c.getStep() == CommitmentStep.PREFILL
        ? prefill(request, task, root)
        : finished(request, task, root, c);
  }

  private @Nullable Refusal prefill(RequestState request, TaskState task, Hash root) {
    if (task.prefillRoot != null) {
      return Refusal.DUPLICATE_COMMITMENT;
    }
    if (isLate(request, task)) {
      return Refusal.LATE;
    }
    task.prefillRoot = root;
    steps.committed(request, task);
    duties.worked(task.worker);
    return null;
  }

  private static @Nullable Refusal finished(
      RequestState request, TaskState task, Hash root, Commitment c) {
    if (task.finalRoot != null) {
      return Refusal.DUPLICATE_COMMITMENT;
    }
    if (!task.author) {
      return Refusal.WRONG_STEP;
    }
    if (isLate(request, task)) {
      return Refusal.LATE;
    }
    task.outputTag = Wire.hash(c.getOutputTag());
    task.finalRoot = root;
    return null;
  }

  /** Commitments count for the attempt or round that is awaited, not for one before it. */
  private static boolean isLate(RequestState request, TaskState task) {
    return task.author
        ? task != request.author(request.newest().segment).orElse(null)
        : task.round != request.round;
  }

  private @Nullable Refusal vote(SignedRecord record, Vote v) {
    Hash taskId = Wire.hash(v.getTaskId());
    RequestState request = state.byTask.get(taskId);
    if (request == null) {
      return state.closed.contains(v.getRequestId())
          ? StateTable.refusal(Stage.CLOSED, Input.VOTE)
          : Refusal.UNKNOWN_TASK;
    }
    Refusal refusal = owner(record, v, v.getWorker(), request.task(taskId).orElseThrow());
    if (refusal != null) {
      return refusal;
    }
    refusal = v.getRound() < request.round ? null : StateTable.refusal(request, Input.VOTE);
    if (refusal != null) {
      return refusal;
    }
    Optional<CaseState> found = request.segment(v.getSegment());
    Optional<MemberState> member = found.flatMap(c -> c.member(taskId));
    return member
            .filter(m -> !m.author && v.getRound() == m.round)
            .filter(m -> v.getRequestId().equals(request.requestId))
            .isPresent()
        ? vote(v, found.orElseThrow(), member.get())
        : Refusal.NO_VOTE;
  }

  private static @Nullable Refusal vote(Vote v, CaseState found, MemberState member) {
    if (found.challengesOf(member.round).isEmpty()) {
      return Refusal.BEFORE_CHALLENGE;
    }
    if (!member.vote.isEmpty()) {
      return Refusal.DUPLICATE_VOTE;
    }
    if (member.round != found.round || found.decision != null) {
      return Refusal.LATE;
    }
    member.vote = Judge.label(v.getDecision().name(), v.getReason().name());
    return null;
  }

  /** Why these are not the words of the worker whose task this is. */
  static @Nullable Refusal owner(
      SignedRecord record, SpecificRecord event, String worker, TaskState task) {
    if (!OwnWords.of(record.signer(), event)) {
      return Refusal.NOT_THE_SIGNER;
    }
    return task.worker.equals(worker) ? null : Refusal.NOT_YOUR_TASK;
  }
}
