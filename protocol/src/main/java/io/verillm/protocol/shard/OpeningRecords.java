package io.verillm.protocol.shard;

import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
import io.verillm.events.PrivateOpening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.privacy.PrivateOpenings;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Openings of one shard, public and private: who was asked for what, and whether it fits. */
final class OpeningRecords {
  private final ShardState state;
  private final RequestSteps steps;

  OpeningRecords(ShardState state, RequestSteps steps) {
    this.state = state;
    this.steps = steps;
  }

  /** What an opening says that it opens. */
  private record OpeningPlace(
      String requestId, int segment, int round, int part, Hash taskId, String worker) {}

  @Nullable Refusal apply(SignedRecord record, Opening o) {
    OpeningPlace place =
        new OpeningPlace(
            o.getRequestId(),
            o.getSegment(),
            o.getRound(),
            o.getPart(),
            Wire.hash(o.getTaskId()),
            o.getWorker());
    Refusal refusal = asked(record, o, place, false);
    return refusal != null ? refusal : opened(place, o);
  }

  @Nullable Refusal apply(SignedRecord record, PrivateOpening o) {
    OpeningPlace place =
        new OpeningPlace(
            o.getRequestId(),
            o.getSegment(),
            o.getRound(),
            o.getPart(),
            Wire.hash(o.getTaskId()),
            o.getWorker());
    Refusal refusal = asked(record, o, place, true);
    if (refusal != null) {
      return refusal;
    }
    RequestState request = state.byTask.get(place.taskId());
    CaseState found = request.segment(place.segment()).orElseThrow();
    return switch (steps.open(request, found, o)) {
      case Secrets.PrivateReading.Opened(Opening opening) -> opened(place, opening);
      case Secrets.PrivateReading.Unsound unsound -> {
        MemberState member = found.member(place.taskId()).orElseThrow();
        member.misfits++;
        member.fault = true;
        yield Refusal.DOES_NOT_FIT_SEAL;
      }
      case Secrets.PrivateReading.NoReader nobody -> {
        request.unreadable = true;
        yield null;
      }
    };
  }

  /** Why nobody asked for this opening, or not now. */
  private @Nullable Refusal asked(
      SignedRecord record, SpecificRecord event, OpeningPlace o, boolean isPrivate) {
    RequestState request = state.byTask.get(o.taskId());
    if (request == null) {
      return state.closed.contains(o.requestId())
          ? StateTable.refusal(Stage.CLOSED, Input.OPENING)
          : Refusal.UNKNOWN_TASK;
    }
    Refusal refusal =
        CaseRecords.owner(record, event, o.worker(), request.task(o.taskId()).orElseThrow());
    if (refusal != null) {
      return refusal;
    }
    Optional<CaseState> found = request.segment(o.segment());
    Optional<MemberState> member = found.flatMap(c -> c.member(o.taskId()));
    if (member.isEmpty() || !o.requestId().equals(request.requestId)) {
      return Refusal.NOT_CHALLENGED;
    }
    refusal = o.round() < request.round ? null : StateTable.refusal(request, Input.OPENING);
    if (refusal != null) {
      return refusal;
    }
    return PrivateOpenings.isPrivate(request.accepted()) == isPrivate
        ? asked(o, found.get(), member.get())
        : Refusal.WRONG_MODE;
  }

  private static @Nullable Refusal asked(OpeningPlace o, CaseState found, MemberState member) {
    Optional<Integer> challenge = found.challenge(o.round(), o.part());
    if (challenge.isEmpty()) {
      return Refusal.BEFORE_CHALLENGE;
    }
    if (!found.challenges.get(challenge.get()).roster().contains(o.taskId())) {
      return Refusal.NOT_CHALLENGED;
    }
    if (member.hasOpened(challenge.get())) {
      return Refusal.DUPLICATE_OPENING;
    }
    return !found.opening || challenge.get() != found.currentChallenge() ? Refusal.LATE : null;
  }

  private @Nullable Refusal opened(OpeningPlace place, Opening o) {
    RequestState request = state.byTask.get(place.taskId());
    CaseState found = request.segment(place.segment()).orElseThrow();
    MemberState member = found.member(place.taskId()).orElseThrow();
    int challenge = found.challenge(place.round(), place.part()).orElseThrow();
    if (o.getStep() != (member.author ? OpeningStep.FINAL : OpeningStep.PREFILL)) {
      return Refusal.NOT_CHALLENGED;
    }
    if (!steps.judge(request, found).takes(member, o, challenge)) {
      member.misfits++;
      member.fault = true;
      return Refusal.DOES_NOT_FIT_SEAL;
    }
    member.fault = false;
    return null;
  }
}
