package io.verillm.protocol.shard;

/**
 * What can come to a request: a tick, or a record of its current round or a later one. Records of
 * an earlier round are late wherever the request is.
 */
enum Input {
  AUTHOR_COMMITMENT,
  CHECKER_COMMITMENT,
  OUTPUT_READY,
  OPENING,
  VOTE,
  EXPOSED_TASK,
  DISPUTE,
  /** The ledger's answer about the bond of a dispute. */
  BOND,
  FLAG,
  TICK
}
