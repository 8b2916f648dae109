package io.verillm.protocol.shard;

/** Where a case is. Every case ends in {@link #CLOSED}. */
enum Phase {
  /** An author works. */
  GENERATING,
  /** A committee works; nobody outside knows who. */
  CHECKING,
  /** Roles and positions are public; openings are due. */
  OPENING,
  /** Openings are in or late; votes are due. */
  VOTING,
  /** A verdict stands; the dispute window runs. */
  DECIDED,
  /** The last verdicts are out; a flag may be opened before the settlement. */
  FINAL,
  /** Settled; nothing follows. */
  CLOSED
}
