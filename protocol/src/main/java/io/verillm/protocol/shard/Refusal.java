package io.verillm.protocol.shard;

/** Why a record on the log does not count. One name, one dead letter, one journal entry. */
public enum Refusal {
  UNDECODABLE,
  NO_SIGNATURE,
  UNKNOWN_SIGNER,
  WRONG_SIGNATURE,
  /** The event's worker is not the one that signed it. */
  NOT_THE_SIGNER,
  /** An event of a kind that does not belong on this topic. */
  WRONG_TOPIC,
  /** A registry event that its own rules forbid: another key for a known id, say. */
  BAD_REGISTRATION,
  /** A record that another shard was meant by. */
  OTHER_SHARD,
  /** A stake that the ledger has spoken about since. */
  STALE_STAKE,
  /** A closed epoch that does not verify or is not the next one. */
  BAD_EPOCH,
  /** A removal of a witness that does not verify, or is not of the next epoch. */
  BAD_REMOVAL,
  /** Words about what an epoch's tick issued, before it could be, or again. */
  NOT_ISSUED,
  /** An accepted request without escrow. */
  NO_ESCROW,
  DUPLICATE_REQUEST,
  /**
   * An accepted request of an unknown model, before any parameters were set, or with more checkers
   * than its author's slash pays for.
   */
  NO_TERMS,
  /**
   * An accepted request whose price or escrow is not what model and parameters make of it, or whose
   * escrow is not the amount that was granted.
   */
  WRONG_PRICE,
  /** No open case has this task. */
  UNKNOWN_TASK,
  /** The task belongs to another worker. */
  NOT_YOUR_TASK,
  /** A second commitment for the same task and step. */
  DUPLICATE_COMMITMENT,
  /** A commitment for a step that the task does not have. */
  WRONG_STEP,
  /** Behind its deadline, or behind the decision. */
  LATE,
  /** Nothing was challenged yet. */
  BEFORE_CHALLENGE,
  /** An opening of something that the challenge did not ask for. */
  NOT_CHALLENGED,
  /** A public opening in private mode, or the other way round. */
  WRONG_MODE,
  DUPLICATE_OPENING,
  /** The opening contradicts its seal; the worker is at fault unless one that fits still comes. */
  DOES_NOT_FIT_SEAL,
  /** An exposed task that the coordinator did not sign, or that is what the challenge says. */
  TASK_AS_SAID,
  /** No request of this id, or no such segment of it. */
  UNKNOWN_REQUEST,
  /** A dispute before there is a verdict. */
  NOT_DECIDED,
  /** A dispute by somebody who is neither the requester nor a member of the case. */
  NOT_A_PARTY,
  /** A second dispute of a verdict. */
  DUPLICATE_DISPUTE,
  /** A dispute that puts down less than is due. */
  BOND_TOO_SMALL,
  /** A dispute by an account that had not the bond before. */
  BOND_DENIED,
  /** A dispute that no second committee could look into. */
  NO_SECOND_ROUND,
  /** An answer about a bond that nobody waits for. */
  NOT_DISPUTED,
  /** A flag before its request's last verdict. */
  NOT_FINAL,
  /** An opening of a flag that is none, or by another than the only author. */
  NO_FLAG,
  DUPLICATE_FLAG,
  /** A flag that its author does not owe by its proof, or has opened in another request. */
  NOT_OWED,
  /** A proof of duty for an epoch of duties that does not run, or without a key for it. */
  UNKNOWN_DUTY,
  /** A proof of duty that proves nothing, or something else than it says. */
  BAD_DUTY_PROOF,
  DUPLICATE_DUTY,
  /** A vote by a worker that has none. */
  NO_VOTE,
  DUPLICATE_VOTE
}
