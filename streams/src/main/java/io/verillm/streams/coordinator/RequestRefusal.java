package io.verillm.streams.coordinator;

import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.RequestFault;

/**
 * Why a request is never accepted. Its name stands in the result and, in lower case, on the dead
 * letter.
 */
enum RequestRefusal {
  /** Not in the partition of its id. */
  WRONG_PARTITION,
  /** The key bytes are not the request's id. */
  WRONG_KEY,
  /** Not a canonical UUID of version 7. */
  BAD_REQUEST_ID,
  /** The id was used with other bytes. */
  DUPLICATE_ID,
  /** Key, nonce or flag seal have not 32 bytes. */
  BAD_VALUE,
  /** Not registered, without a tokenizer here, or before any parameters were set. */
  UNKNOWN_MODEL,
  /** These eight are {@link RequestFault.Kind}. */
  BAD_TOP_K,
  BAD_TOP_P,
  BAD_TEMPERATURE,
  BAD_CHECKERS,
  BAD_HANDOVERS,
  PROMPT_EMPTY,
  PROMPT_TOO_LONG,
  BAD_MAX_TOKENS,
  /** Not an X25519 key that can be encrypted to. */
  BAD_ENCRYPTION_KEY,
  /** Private mode, and the coordinator has registered no key to read it with. */
  NO_PRIVATE_MODE,
  /** Below what the request's escrow needs. */
  BUDGET_TOO_SMALL,
  /** More than one proof that a flag is owed. */
  FLAG_TWICE,
  /** A flag of a worker that no running duty epoch knows. */
  FLAG_UNKNOWN_SENTINEL,
  /** A proof that the worker's VRF key did not make for this slot. */
  FLAG_BAD_PROOF,
  /** A slot that owes no flag, or one that asks for more. */
  FLAG_NOT_OWED,
  /** A second request for one slot. */
  FLAG_ALREADY_PLANTED,
  /** The ledger found too little on the requester's account. */
  ESCROW_DENIED;

  static RequestRefusal of(RequestFault fault) {
    return valueOf(fault.kind().name());
  }

  /** Whether the request's place does not show that its id is the sender's own. */
  boolean leavesOwnerUnknown() {
    return this == BAD_REQUEST_ID || this == WRONG_KEY || this == WRONG_PARTITION;
  }

  DeadLetterReason reason() {
    return DeadLetterReason.named(this);
  }
}
