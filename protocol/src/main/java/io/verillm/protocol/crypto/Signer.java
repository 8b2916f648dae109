package io.verillm.protocol.crypto;

/** Signs with one Ed25519 key, wherever the secret lives. */
public interface Signer {

  /** The key that verifies what {@link #sign} returns. */
  VerifyKey publicKey();

  /** An Ed25519 signature (RFC 8032, 64 bytes) over the message. */
  byte[] sign(byte[] message);
}
