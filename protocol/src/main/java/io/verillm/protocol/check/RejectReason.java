package io.verillm.protocol.check;

/** Why a vote rejects; in the order in which the first that applies is taken. */
public enum RejectReason {
  /** The author opened nothing, or what does not fit its seal or the challenge. */
  UNAVAILABLE,
  /** Author and checker did not compute over the same tokens. */
  INPUT,
  /** An opened row is another model's. */
  MODEL,
  /** The tokens are not what the seeded sampler would have chosen. */
  SAMPLING,
  /** The segment ended where it should not have. */
  END
}
