package io.verillm.protocol.registry;

/** Why a registry record does not count. */
public enum RegistryFault {
  UNDECODABLE,
  NO_SIGNATURE,
  UNKNOWN_SIGNER,
  WRONG_SIGNATURE,
  /** Signed by somebody who may not say this. */
  WRONG_SIGNER,
  /** An event that does not belong in the registry. */
  WRONG_TOPIC,
  /** Another key or operator for a known id. */
  KEY_CHANGED,
  /** An id that is not 1..32 of a-z, 0-9 and dash. */
  BAD_ID,
  /** Bytes that are no key, no hash, or numbers outside their limits. */
  BAD_VALUE
}
