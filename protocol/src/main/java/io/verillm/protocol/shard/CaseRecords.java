package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
import io.verillm.events.OutputReady;
import io.verillm.events.PrivateOpening;
import io.verillm.events.TasksIssued;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.vote.SoundCommitment;
import io.verillm.schemas.EventCodec;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What one sealed record changes, or why it does not count. Signatures are checked before. */
final class CaseRecords {
  private final ShardState state;
  private final CaseSteps steps;
  private final int shard;

  CaseRecords(ShardState state, CaseSteps steps, int shard) {
    this.shard = shard;
    this.state = state;
    this.steps = steps;
  }

  @Nullable Refusal apply(
      SignedRecord record, String topic, ShardTopics topics, SpecificRecord event) {
    return switch (event) {
      case Accepted a when topic.equals(topics.accepted()) -> accepted(record, a);
      case OutputReady r when topic.equals(topics.accepted()) -> ready(r);
      case TasksIssued i when topic.equals(topics.accepted()) -> issued(i);
      case Commitment c when topic.equals(topics.commitments()) -> commitment(record, c);
      case Opening o when topic.equals(topics.openings()) -> opening(record, o);
      case PrivateOpening o when topic.equals(topics.openings()) -> opening(record, o);
      case Vote v when topic.equals(topics.votes()) -> vote(record, v);
      default -> Refusal.WRONG_TOPIC;
    };
  }

  private @Nullable Refusal accepted(SignedRecord record, Accepted accepted) {
    String id = accepted.getRequestId();
    Refusal refusal = AcceptedCheck.refusal(accepted, state.registry);
    if (refusal != null) {
      return refusal;
    }
    if (state.closed.contains(id) || state.open.containsKey(ShardState.key(id, 0))) {
      return Refusal.DUPLICATE_REQUEST;
    }
    if (!state.granted.take(id, accepted.getRequester())) {
      return Refusal.NO_ESCROW;
    }
    CaseState opened =
        new CaseState(
            id, 0, record.value(), state.registry.parameters().orElseThrow(), state.clock.ticks());
    state.open.put(ShardState.key(id, 0), opened);
    steps.assignAuthor(opened);
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
    CaseState found = state.open.get(ShardState.key(ready.getRequestId(), ready.getSegment()));
    if (found == null) {
      return Refusal.UNKNOWN_REQUEST;
    }
    found.outputReady.add(ready.getAttempt());
    return null;
  }

  private @Nullable Refusal commitment(SignedRecord record, Commitment c) {
    Hash taskId = Wire.hash(c.getTaskId());
    CaseState found = state.byTask.get(taskId);
    if (found == null) {
      return Refusal.UNKNOWN_TASK;
    }
    TaskState task = found.task(taskId).orElseThrow();
    Refusal refusal = owner(record, c.getWorker(), task);
    if (refusal != null) {
      return refusal;
    }
    Hash root = Wire.hash(c.getSealedRoot());
    if (!SoundCommitment.test(c, task.prefillRoot != null)) {
      return Refusal.WRONG_STEP;
    }
    return c.getStep() == CommitmentStep.PREFILL
        ? prefill(found, task, root)
        : finished(found, task, root, c);
  }

  private static @Nullable Refusal prefill(CaseState found, TaskState task, Hash root) {
    if (task.prefillRoot != null) {
      return Refusal.DUPLICATE_COMMITMENT;
    }
    if (isLate(found, task)) {
      return Refusal.LATE;
    }
    task.prefillRoot = root;
    return null;
  }

  private static @Nullable Refusal finished(
      CaseState found, TaskState task, Hash root, Commitment c) {
    if (task.finalRoot != null) {
      return Refusal.DUPLICATE_COMMITMENT;
    }
    if (!task.author) {
      return Refusal.WRONG_STEP;
    }
    if (isLate(found, task)) {
      return Refusal.LATE;
    }
    task.outputTag = Wire.hash(c.getOutputTag());
    task.finalRoot = root;
    return null;
  }

  /** Commitments count while the work they belong to is awaited, not after. */
  private static boolean isLate(CaseState found, TaskState task) {
    return task.author
        ? found.phase != Phase.GENERATING || task.attempt != found.attempt
        : found.phase != Phase.CHECKING || task.round != found.round;
  }

  /** What an opening says that it opens. */
  private record OpeningPlace(
      String requestId, int segment, int round, int part, Hash taskId, String worker) {}

  private @Nullable Refusal opening(SignedRecord record, Opening o) {
    OpeningPlace place =
        new OpeningPlace(
            o.getRequestId(),
            o.getSegment(),
            o.getRound(),
            o.getPart(),
            Wire.hash(o.getTaskId()),
            o.getWorker());
    Refusal refusal = asked(record, place, false);
    return refusal != null ? refusal : opened(place, o);
  }

  private @Nullable Refusal opening(SignedRecord record, PrivateOpening o) {
    OpeningPlace place =
        new OpeningPlace(
            o.getRequestId(),
            o.getSegment(),
            o.getRound(),
            o.getPart(),
            Wire.hash(o.getTaskId()),
            o.getWorker());
    Refusal refusal = asked(record, place, true);
    if (refusal != null) {
      return refusal;
    }
    CaseState found = state.byTask.get(place.taskId());
    return switch (steps.open(found, o)) {
      case Secrets.PrivateReading.Opened(Opening opening) -> opened(place, opening);
      case Secrets.PrivateReading.Unsound unsound -> {
        found.task(place.taskId()).orElseThrow().fault = true;
        yield Refusal.DOES_NOT_FIT_SEAL;
      }
      case Secrets.PrivateReading.NoReader nobody -> {
        found.unreadable = true;
        yield null;
      }
    };
  }

  /** Why nobody asked for this opening, or not now. */
  private @Nullable Refusal asked(SignedRecord record, OpeningPlace o, boolean isPrivate) {
    CaseState found = state.byTask.get(o.taskId());
    if (found == null) {
      return state.closed.contains(o.requestId()) ? Refusal.LATE : Refusal.UNKNOWN_TASK;
    }
    TaskState task = found.task(o.taskId()).orElseThrow();
    Refusal refusal = owner(record, o.worker(), task);
    if (refusal != null) {
      return refusal;
    }
    Optional<Integer> challenge = found.challenge(o.round(), o.part());
    if (challenge.isEmpty()) {
      return Refusal.BEFORE_CHALLENGE;
    }
    if (!found.challenges.get(challenge.get()).roster().contains(o.taskId())
        || !o.requestId().equals(found.requestId)
        || o.segment() != found.segment) {
      return Refusal.NOT_CHALLENGED;
    }
    if (PrivateOpenings.isPrivate(found.accepted()) != isPrivate) {
      return Refusal.WRONG_MODE;
    }
    if (task.openings.containsKey(challenge.get()) || task.fault) {
      return Refusal.DUPLICATE_OPENING;
    }
    return found.phase != Phase.OPENING || challenge.get() != found.currentChallenge()
        ? Refusal.LATE
        : null;
  }

  private @Nullable Refusal opened(OpeningPlace place, Opening o) {
    CaseState found = state.byTask.get(place.taskId());
    TaskState task = found.task(place.taskId()).orElseThrow();
    int challenge = found.challenge(place.round(), place.part()).orElseThrow();
    if (o.getStep() != (task.author ? OpeningStep.FINAL : OpeningStep.PREFILL)) {
      return Refusal.NOT_CHALLENGED;
    }
    if (!steps.judge(found).fits(task, o, challenge)) {
      task.fault = true;
      return Refusal.DOES_NOT_FIT_SEAL;
    }
    task.openings.put(challenge, EventCodec.encode(o));
    return null;
  }

  private @Nullable Refusal vote(SignedRecord record, Vote v) {
    Hash taskId = Wire.hash(v.getTaskId());
    CaseState found = state.byTask.get(taskId);
    if (found == null) {
      return state.closed.contains(v.getRequestId()) ? Refusal.LATE : Refusal.UNKNOWN_TASK;
    }
    TaskState task = found.task(taskId).orElseThrow();
    Refusal refusal = owner(record, v.getWorker(), task);
    if (refusal != null) {
      return refusal;
    }
    if (task.author
        || v.getRound() != task.round
        || v.getSegment() != found.segment
        || !v.getRequestId().equals(found.requestId)) {
      return Refusal.NO_VOTE;
    }
    if (found.challengesOf(task.round).isEmpty()) {
      return Refusal.BEFORE_CHALLENGE;
    }
    if (!task.vote.isEmpty()) {
      return Refusal.DUPLICATE_VOTE;
    }
    if (task.round != found.round || found.phase == Phase.DECIDED) {
      return Refusal.LATE;
    }
    task.vote = Judge.label(v.getDecision().name(), v.getReason().name());
    return null;
  }

  private static @Nullable Refusal owner(SignedRecord record, String worker, TaskState task) {
    if (!record.signer().equals(Signers.worker(worker))) {
      return Refusal.NOT_THE_SIGNER;
    }
    return task.worker.equals(worker) ? null : Refusal.NOT_YOUR_TASK;
  }
}
