package io.verillm.protocol.registry;

import io.verillm.protocol.event.EventVerifier;

/** Why a registry record does not count. */
public enum RegistryFault {
  UNDECODABLE,
  NO_SIGNATURE,
  UNKNOWN_SIGNER,
  WRONG_SIGNATURE,
  /** Signed by somebody who may not say this. */
  SIGNER_NOT_ALLOWED,
  /** An event that does not belong in the registry. */
  WRONG_EVENT,
  /** The record's key is not the event's {@link RegistrySubject}. */
  WRONG_SUBJECT,
  /** An id that is not 1..32 of a-z, 0-9 and dash, or is no hash where it must be one. */
  BAD_ID,
  /** Bytes that are no key. */
  INVALID_KEY,
  /** Another key or operator for a known id. */
  KEY_CHANGED,
  /** A second coordinator. */
  OTHER_COORDINATOR,
  /** Numbers or lengths outside their limits. */
  INVALID_VALUE,
  /** Another content for a known model id, on which running cases rest. */
  MODEL_CHANGED,
  /** Another content for a known calibration id. */
  CALIBRATION_CHANGED,
  /** Parameters whose version is not higher than the one in force. */
  STALE_PARAMETERS,
  /** A worker's readiness that it has spoken about since: somebody posted it again. */
  STALE_READY;

  static RegistryFault of(EventVerifier.Fault fault) {
    return switch (fault) {
      case NO_SIGNATURE -> NO_SIGNATURE;
      case UNKNOWN_SIGNER -> UNKNOWN_SIGNER;
      case WRONG_SIGNATURE -> WRONG_SIGNATURE;
    };
  }
}
