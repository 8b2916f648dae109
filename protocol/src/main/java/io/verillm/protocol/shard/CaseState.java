package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Hash;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One case: a segment of a request on its way to a verdict. Fields are the state as stored. */
final class CaseState {
  String requestId;
  int segment;

  /** Value bytes of the Accepted event. */
  byte[] acceptedBytes;

  /** Parameters in force where the Accepted was applied: no later ones move this case. */
  ParametersSet parameters;

  Phase phase = Phase.GENERATING;

  /** Case time at which the wait of this phase, or attempt, began; before that -1. */
  long since;

  /** Epoch whose tick began the wait. */
  long begun;

  /** Attempt of the author that counts. */
  int attempt;

  /** Attempts whose output the coordinator holds. */
  Set<Integer> outputReady = new HashSet<>();

  int round;
  List<TaskState> tasks = new ArrayList<>();
  List<DrawnCommittee> committees = new ArrayList<>();
  List<DrawnChallenge> challenges = new ArrayList<>();

  /** Calibration that the whole case is judged by, empty for none; fixed by the first challenge. */
  String calibrationId = "";

  /** It was opened in private mode to others than who decides here: nothing more can be told. */
  boolean unreadable;

  /** Outcome while DECIDED. */
  @Nullable CaseDecision decision;

  private transient @Nullable Accepted accepted;

  CaseState(
      String requestId, int segment, byte[] acceptedBytes, ParametersSet parameters, long since) {
    this.parameters = parameters;
    this.requestId = requestId;
    this.segment = segment;
    this.acceptedBytes = acceptedBytes;
    this.since = since;
  }

  /** A wait that begins when what this epoch's tick asks for is known to be on the log. */
  void waitFrom(long epoch) {
    begun = epoch;
    since = -1;
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

  /** The author whose attempt counts. */
  TaskState author() {
    return tasks.stream()
        .filter(t -> t.author && t.attempt == attempt)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no author for " + requestId));
  }

  Stream<TaskState> checkers(int ofRound) {
    return tasks.stream().filter(t -> !t.author && t.round == ofRound);
  }

  Optional<TaskState> task(Hash taskId) {
    return tasks.stream().filter(t -> t.taskId.equals(taskId)).findFirst();
  }

  /** Every position that any challenge of this case has opened. */
  Set<Integer> openedPositions() {
    Set<Integer> opened = new HashSet<>();
    challenges.forEach(c -> c.positions().forEach(p -> opened.add(p.position())));
    return opened;
  }

  /** Index of the challenge of a round's part, if it was drawn. */
  Optional<Integer> challenge(int ofRound, int part) {
    return challengesOf(ofRound).stream().filter(i -> challenges.get(i).part() == part).findFirst();
  }

  /** Index of the challenge that is being opened or voted on. */
  int currentChallenge() {
    return challenges.size() - 1;
  }

  /** Indexes of the challenges of one round, ascending. */
  List<Integer> challengesOf(int ofRound) {
    return IntStream.range(0, challenges.size())
        .filter(i -> challenges.get(i).round() == ofRound)
        .boxed()
        .toList();
  }
}
