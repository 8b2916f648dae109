package io.verillm.protocol.shard;

/** Where a request is in the {@link StateTable}: its phase, and the round where there are two. */
enum Stage {
  /** An author works. */
  GENERATING,
  /** The first committee works; nobody outside knows who. */
  CHECKING_1,
  /** Roles and positions are public; openings are due. */
  OPENING_1,
  /** Openings are in or late; votes are due. */
  VOTING_1,
  /** A verdict stands; the dispute window runs. */
  DECIDED,
  CHECKING_2,
  OPENING_2,
  VOTING_2,
  /** The last verdicts are out; a flag may be opened before the settlement. */
  FINAL,
  /** Settled; nothing follows. */
  CLOSED;

  static Stage of(RequestState request) {
    boolean second = request.round == 2;
    return switch (request.phase) {
      case GENERATING -> GENERATING;
      case CHECKING -> second ? CHECKING_2 : CHECKING_1;
      case OPENING -> second ? OPENING_2 : OPENING_1;
      case VOTING -> second ? VOTING_2 : VOTING_1;
      case DECIDED -> DECIDED;
      case FINAL -> FINAL;
      case CLOSED -> CLOSED;
    };
  }
}
