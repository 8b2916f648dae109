package io.verillm.protocol.log;

/** Everything that can be wrong with a seal, a beacon or a journal; each is one named outcome. */
public enum LogFault {
  /** The bytes are not the event that must stand there. */
  UNDECODABLE,
  /** The signature does not belong to the party that must have signed. */
  WRONG_SIGNATURE,
  /** The epoch is not the one after the last. */
  WRONG_EPOCH,
  /** Two different seals of one epoch exist. */
  FORK,
  /** The seal does not name the hash of the seal before it. */
  WRONG_PREVIOUS_HASH,
  /** The ranges are not exactly the public partitions, each once, sorted by topic and partition. */
  WRONG_PARTITIONS,
  /** A range does not start where the one before it ended, or ends before it starts. */
  NOT_CONTIGUOUS,
  /** A range does not end one past a record that lies on the log. */
  WRONG_RANGE_END,
  /** A range names records that the log does not hold. */
  RECORDS_MISSING,
  /** The tree does not count the records of the ranges. */
  WRONG_TREE_SIZE,
  /** The tree is not over the records of the ranges: one was dropped, moved or changed. */
  WRONG_TREE_ROOT,
  /** The nodes of the tree are not those that its root is over. */
  WRONG_TREE_NODES,
  /** The signature of the checkpoint is missing or not of this tree. */
  WRONG_CHECKPOINT,
  /** The seal's time lies before that of the seal before it. */
  TIME_BACKWARDS,
  /** The seal's time lies further ahead of the reader's clock than is allowed. */
  TIME_AHEAD,
  /** The seal's time lies further behind the reader's clock than is allowed. */
  TIME_BEHIND,
  /**
   * The seal leaves out a record that the witness had read long before the seal's time: whoever
   * wrote it would be late.
   */
  RECORDS_HELD_BACK,
  /** A beacon does not hold exactly one output of every witness, in witness order. */
  WRONG_WITNESSES,
  /** A witness' proof proves nothing for this seal. */
  WRONG_PROOF,
  /** Cosignatures that nobody could judge yet, more than are kept. */
  TOO_MANY,
  /** A journal entry is of another shard. */
  WRONG_SHARD,
  /** A journal entry's number is not the one after the last. */
  WRONG_SEQUENCE,
  /** A journal entry does not describe the record that lies at its place on the log. */
  WRONG_RECORD
}
