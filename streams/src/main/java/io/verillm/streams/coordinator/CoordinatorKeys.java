package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.envelope.DecryptionKey;

/**
 * What only the coordinator knows.
 *
 * @param signer signs its events
 * @param vrf draws
 * @param secret derives salts and nonces, so that a repeated transaction repeats them
 */
public record CoordinatorKeys(Signer signer, VrfKey vrf, byte[] secret) {
  public CoordinatorKeys {
    secret = secret.clone();
  }

  Hash promptSalt(String requestId) {
    return Hashing.hmacSha256(secret, HashInput.of("prompt-salt").add(requestId).bytes());
  }

  /** Salts what {@code Accepted} hides: a worker knows all else of it. */
  Hash inputSalt(String requestId) {
    return Hashing.hmacSha256(secret, HashInput.of("input-salt").add(requestId).bytes());
  }

  /** Seed of the points at which a request's generation is handed over. */
  Hash handovers(String requestId) {
    return Hashing.hmacSha256(secret, HashInput.of("handovers").add(requestId).bytes());
  }

  /** Seed of the choice of one attempt's author. */
  Hash author(String requestId, int segment, int attempt) {
    return Hashing.hmacSha256(
        secret, HashInput.of("author").add(requestId).add(segment).add(attempt).bytes());
  }

  Hash nonce(Hash taskId) {
    return Hashing.hmacSha256(secret, HashInput.of("nonce").add(taskId).bytes());
  }

  /** What the coordinator reads private mode with. */
  public DecryptionKey decryption() {
    byte[] message = HashInput.of("decryption").bytes();
    return DecryptionKey.fromSeed(Hashing.hmacSha256(secret, message).bytes());
  }

  @Override
  public String toString() {
    return "CoordinatorKeys[" + signer.publicKey() + "]";
  }
}
