package io.verillm.protocol.shard;

import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.vote.OpeningCheck;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one task does in one case: it made the segment, or it checks it. The author of a later
 * segment checks every segment that its context holds. Fields are the state as stored.
 */
final class MemberState {
  final TaskState task;
  final boolean author;

  /** Round of a checker; 0 for the author. */
  final int round;

  /** Valid openings by index of the case's challenge. */
  final SortedMap<Integer, OpenedTask> openings = new TreeMap<>();

  /** The vote that its openings call for, as last computed. */
  transient @Nullable KnownOutcome outcome;

  /** It opened something that does not fit its seal. */
  boolean fault;

  /** Openings that did not fit, of all challenges. */
  int misfits;

  /** A round-1 member that committed and then did not open the second round's positions. */
  boolean closedInSecondRound;

  /** What it sealed fails against most of the winners of round 2. */
  boolean contradicted;

  /** The vote as it came; empty while there is none. */
  String vote = "";

  /** What the vote counted for; null until decided. */
  @Nullable Judgement judgement;

  String judgementReason = "";

  /**
   * A vote that was computed.
   *
   * @param own parts that the member had opened
   * @param claimed parts that its author had opened
   */
  record KnownOutcome(int own, int claimed, CaseOutcome outcome) {}

  private MemberState(TaskState task, boolean author, int round) {
    this.task = task;
    this.author = author;
    this.round = round;
  }

  static MemberState author(TaskState task) {
    return new MemberState(task, true, 0);
  }

  static MemberState checker(TaskState task) {
    return new MemberState(task, false, Math.max(1, task.round));
  }

  /** Whether nothing more can count of its answer to a challenge. */
  boolean hasOpened(int challenge) {
    return openings.containsKey(challenge) || misfits >= OpeningCheck.TRIES_MAX;
  }

  /** Whether this task must open a challenge of the case. */
  boolean committed() {
    return sealedRoot() != null;
  }

  @Nullable Hash sealedRoot() {
    return author ? task.finalRoot : task.prefillRoot;
  }

  /** Whether it checks because it made a later segment; such a vote is in nobody's majority. */
  boolean isHandover() {
    return !author && task.author;
  }

  boolean is(Judgement wanted) {
    return judgement == wanted;
  }

  /** Whether its vote is one that counts. */
  boolean isValid() {
    return judgement != null && judgement.valid();
  }

  /** Whether it earned its fee: an ACCEPT or REJECT that the openings call for. */
  boolean isSure() {
    return is(Judgement.ACCEPT) || is(Judgement.REJECT);
  }
}
