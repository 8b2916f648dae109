package io.verillm.protocol.flag;

/** Why a claim does not make its sentinel the author of a request. */
public enum ClaimFault {
  /** No duty runs that the worker had a key for when it began. */
  UNKNOWN_SENTINEL,
  /** The VRF proof is not the worker's, or of another slot. */
  BAD_PROOF,
  /** The slot owes no flag, or one that asks for more. */
  NOT_OWED,
  /** A request with this slot's flag was posted or opened before. */
  ALREADY_PLANTED
}
