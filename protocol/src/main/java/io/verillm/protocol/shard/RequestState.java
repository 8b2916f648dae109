package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.FlagKind;
import io.verillm.events.ParametersSet;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.vote.InputSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the verdicts of its cases, one case for each segment. Fields are the
 * state as stored.
 */
final class RequestState {
  String requestId;

  /** Value bytes of the Accepted event. */
  byte[] acceptedBytes;

  /** Parameters in force where the Accepted was applied: no later ones move this request. */
  ParametersSet parameters;

  Phase phase = Phase.GENERATING;

  /** Case time of its acceptance. */
  final long acceptedAt;

  /** Case time at which the wait of this phase, or attempt, began; before that -1. */
  long since;

  /** Epoch whose tick began the wait. */
  long begun;

  int round;

  /** The dispute window is over: what is decided from here on is final. */
  boolean windowClosed;

  /** What its flag was opened to; NONE as long as nobody has. */
  FlagKind flag = FlagKind.NONE;

  List<TaskState> tasks = new ArrayList<>();
  List<CaseState> cases = new ArrayList<>();
  List<DrawnCommittee> committees = new ArrayList<>();

  /** Calibration that all cases are judged by, empty for none; fixed by the first challenge. */
  String calibrationId = "";

  /** What the answer follows from, as the first challenge showed it; before that empty. */
  Optional<RequestInput> input;

  /** Outputs of all finished segments, as the first challenge named them; empty before. */
  List<Secrets.Output> outputs = List.of();

  /**
   * A draw is due that nobody shows: no later one may stand for it, or whoever draws could wait for
   * one that it likes. Only in an audit.
   */
  boolean stalled;

  /** It was opened in private mode to others than who decides here: nothing more can be told. */
  boolean unreadable;

  private transient @Nullable Accepted accepted;

  RequestState(String requestId, byte[] acceptedBytes, ParametersSet parameters, long since) {
    this.parameters = parameters;
    this.requestId = requestId;
    this.acceptedBytes = acceptedBytes;
    this.since = since;
    this.acceptedAt = since;
    // Up to version 2 of the event it never was a secret.
    this.input = InputSeal.open(accepted(), null);
    cases.add(new CaseState(0));
  }

  /** A wait that begins when what this epoch's tick asks for is known to be on the log. */
  void waitFrom(long epoch) {
    begun = epoch;
    since = -1;
  }

  /**
   * Whether a challenge or a verdict must have shown its tasks by now: all of its segments and a
   * check can have come to their deadlines twice.
   */
  boolean isOverdue(CaseClock clock) {
    boolean hidden = stalled || author(0).isEmpty();
    long attempts = 2L * (accepted().getHandovers() + 1);
    long longest =
        attempts * (parameters.getPrefillTicks() + parameters.getSegmentTicks())
            + parameters.getPrefillTicks();
    return hidden && clock.ticks() - acceptedAt >= 2 * longest;
  }

  /** Begins the wait where all is on the log that it waits for an answer to. */
  void heard(CaseClock clock) {
    if (since < 0 && clock.hasIssued(begun)) {
      since = clock.ticks();
    }
  }

  /** Whether a deadline has passed; never before its wait began. */
  boolean isOver(CaseClock clock, int ticks) {
    return since >= 0 && clock.ticks() - since >= ticks;
  }

  Accepted accepted() {
    if (accepted == null) {
      try {
        accepted = EventCodec.decode(acceptedBytes, Accepted.class);
      } catch (UndecodableEvent e) {
        throw new IllegalStateException("stored Accepted of " + requestId + ": " + e.getMessage());
      }
    }
    return accepted;
  }

  /** The segment that was begun last. */
  CaseState newest() {
    return cases.getLast();
  }

  Optional<CaseState> segment(int segment) {
    return segment >= 0 && segment < cases.size()
        ? Optional.of(cases.get(segment))
        : Optional.empty();
  }

  /** The author whose attempt at a segment counts: the last one. */
  Optional<TaskState> author(int segment) {
    for (TaskState task : tasks.reversed()) {
      if (task.author && task.segment == segment) {
        return Optional.of(task);
      }
    }
    return Optional.empty();
  }

  /** All attempts at a segment, in order. */
  Stream<TaskState> authors(int segment) {
    return tasks.stream().filter(t -> t.author && t.segment == segment);
  }

  Optional<TaskState> task(Hash taskId) {
    for (TaskState task : tasks) {
      if (task.taskId.equals(taskId)) {
        return Optional.of(task);
      }
    }
    return Optional.empty();
  }

  /** Cases that the present round is to decide. */
  List<CaseState> underCheck() {
    return undecided().filter(c -> c.round == round).toList();
  }

  Stream<CaseState> undecided() {
    return cases.stream().filter(c -> c.decision == null);
  }

  /** Cases that a task checks, in order. */
  Stream<CaseState> checkedBy(TaskState task) {
    return cases.stream().filter(c -> c.member(task.taskId).filter(m -> !m.author).isPresent());
  }

  /** Cases that a round has checked or is checking, in order. */
  List<CaseState> checkedIn(int ofRound) {
    return cases.stream().filter(c -> c.round >= ofRound).toList();
  }
}
