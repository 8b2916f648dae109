package io.verillm.protocol.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** An Ed25519 key in memory (RFC 8032), made from its 32-byte seed. */
public final class SigningKey implements Signer {

  /** Length of a seed, in bytes. */
  public static final int SEED_LENGTH = Ed25519.SECRET_KEY_SIZE;

  private final byte[] seed;
  private final VerifyKey publicKey;
  private final byte[] encodedPublicKey;

  private SigningKey(byte[] seed) {
    this.seed = seed;
    this.encodedPublicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, encodedPublicKey, 0);
    this.publicKey = VerifyKey.of(encodedPublicKey);
  }

  /**
   * Derives the key pair.
   *
   * @throws IllegalArgumentException if the seed has not 32 bytes
   */
  public static SigningKey fromSeed(byte[] seed) {
    if (seed.length != SEED_LENGTH) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new SigningKey(seed.clone());
  }

  /** A secret for another use, from which nobody can tell this key: an HMAC under the seed. */
  public Hash derived(String use) {
    return Hashing.hmacSha256(seed, HashInput.of("derived").add(use).bytes());
  }

  @Override
  public VerifyKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, encodedPublicKey, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public String toString() {
    return "SigningKey[" + publicKey + "]";
  }
}
