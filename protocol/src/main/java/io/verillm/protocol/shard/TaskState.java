package io.verillm.protocol.shard;

import io.verillm.protocol.check.CaseOutcome;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One task of a case: who has it, what it committed to, opened and voted. Fields are the state as
 * stored.
 */
final class TaskState {
  Hash taskId;
  byte[] proof;
  String worker;
  boolean author;

  /** Round of a checker; 0 for an author. */
  int round;

  int attempt;
  @Nullable Hash prefillRoot;
  @Nullable Hash finalRoot;
  @Nullable Hash outputTag;

  /** Valid openings as written, by index of the challenge. */
  SortedMap<Integer, byte[]> openings = new TreeMap<>();

  /** What the valid openings hold, by index of the challenge: checking one is most of the work. */
  final transient Map<Integer, OpenedTask> checked = new HashMap<>();

  /** The vote that its openings call for, as last computed. */
  transient @Nullable KnownOutcome outcome;

  /**
   * A vote that was computed.
   *
   * @param own parts that it had opened
   * @param claimed parts that its author had opened
   */
  record KnownOutcome(int own, int claimed, CaseOutcome outcome) {}

  /** It opened something that does not fit its seal. */
  boolean fault;

  /** A round-1 member that committed and then did not open the second round's positions. */
  boolean closedInSecondRound;

  /** Its vote lost, and its rows fail against most of the winners. */
  boolean contradicted;

  /** The vote as it came; empty while there is none. */
  String vote = "";

  /** What the vote counted for; null until decided. */
  @Nullable Judgement judgement;

  String judgementReason = "";

  TaskState(Hash taskId, byte[] proof, String worker, boolean author, int round, int attempt) {
    this.taskId = taskId;
    this.proof = proof;
    this.worker = worker;
    this.author = author;
    this.round = round;
    this.attempt = attempt;
  }

  /** Whether this task must open a challenge. */
  boolean committed() {
    return author ? finalRoot != null : prefillRoot != null;
  }

  @Nullable Hash sealedRoot() {
    return author ? finalRoot : prefillRoot;
  }
}
