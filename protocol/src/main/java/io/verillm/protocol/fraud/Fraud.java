package io.verillm.protocol.fraud;

/** What a coordinator, who is the sealer too, can be convicted of by its own signatures. */
public enum Fraud {
  /** Two different seals of one epoch. Records: the two. */
  FORK,
  /**
   * A seal that does not continue the seal before it, or whose ranges or tree are not over the
   * records of the log. Records: the seal before (none for epoch 0), the seal, and all records of
   * its ranges. What the two seals do not show by themselves holds as far as those are the log's
   * records: each is signed by its writer, and who reads the log finds them there or not.
   */
  FALSE_SEAL,
  /**
   * A challenge whose proof of a draw proves nothing for the randomness of its epoch. Records: the
   * challenge, the closed epoch.
   */
  FALSE_DRAW,
  /** Two different challenges of one part of a round. Records: the two. */
  SECOND_DRAW,
  /**
   * A seal further in the future than clocks may differ. Records: the seal, and the refusals of at
   * least two of the witnesses that the coordinator named.
   */
  WRONG_CLOCK,
  /**
   * A challenge whose input does not open the seal of the accepted request. Records: the accepted
   * request, the challenge.
   */
  FALSE_INPUT,
  /**
   * A task that is not what the accepted request and a challenge say of it. Records: the task, the
   * accepted request, the challenge.
   */
  FALSE_TASK
}
