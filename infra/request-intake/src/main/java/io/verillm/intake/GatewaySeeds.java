package io.verillm.intake;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;

/**
 * Nonce and flag salt of requests that the gateway signs, derived from a secret and the id: who
 * posts a request again gets the same bytes, and nobody else can foresee them.
 */
final class GatewaySeeds {
  private final byte[] secret;

  /** Seeds from 32 secret bytes, which must not be the signing key itself. */
  GatewaySeeds(byte[] secret) {
    this.secret = secret.clone();
  }

  Hash nonce(String requestId) {
    return derived("intake-nonce", requestId);
  }

  Hash flagSalt(String requestId) {
    return derived("intake-flag", requestId);
  }

  private Hash derived(String purpose, String requestId) {
    return Hashing.hmacSha256(secret, HashInput.of(purpose).add(requestId).bytes());
  }
}
