package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import org.jspecify.annotations.Nullable;

/** One task of a request: who has it and what it committed to. Fields are the state as stored. */
final class TaskState {
  Hash taskId;
  byte[] proof;
  String worker;
  boolean author;

  /** Segments before it, which its context holds; an author makes the one of this number. */
  int segment;

  /** Round of a checker; 0 for an author. */
  int round;

  int attempt;

  /** An author that was not ready, or had not the stake, where its request was accepted. */
  boolean ineligible;

  /** The coordinator holds the output that its FINAL commitment binds. */
  boolean outputReady;

  /** Its stake was handed to the case that would take it. */
  boolean locked;

  /** Its worker has shown that the coordinator fed it something else than it said. */
  boolean exposed;

  @Nullable Hash prefillRoot;
  @Nullable Hash finalRoot;
  @Nullable Hash outputTag;

  TaskState(
      Hash taskId,
      byte[] proof,
      String worker,
      boolean author,
      int segment,
      int round,
      int attempt) {
    this.taskId = taskId;
    this.proof = proof;
    this.worker = worker;
    this.author = author;
    this.segment = segment;
    this.round = round;
    this.attempt = attempt;
  }
}
