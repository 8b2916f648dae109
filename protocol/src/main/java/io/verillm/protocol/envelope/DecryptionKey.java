package io.verillm.protocol.envelope;

import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/** An X25519 private key (RFC 7748): opens envelopes that were wrapped for its public key. */
public final class DecryptionKey {
  private final X25519PrivateKeyParameters key;
  private final EncryptionKey publicKey;

  private DecryptionKey(X25519PrivateKeyParameters key) {
    this.key = key;
    this.publicKey = EncryptionKey.parse(key.generatePublicKey().getEncoded()).orElseThrow();
  }

  /**
   * The key of 32 secret bytes.
   *
   * @throws IllegalArgumentException for any other number of bytes
   */
  public static DecryptionKey fromSeed(byte[] seed) {
    if (seed.length != X25519PrivateKeyParameters.KEY_SIZE) {
      throw new IllegalArgumentException("an X25519 key has 32 bytes, not " + seed.length);
    }
    return new DecryptionKey(new X25519PrivateKeyParameters(seed));
  }

  public EncryptionKey publicKey() {
    return publicKey;
  }

  AsymmetricCipherKeyPair pair() {
    return new AsymmetricCipherKeyPair(publicKey.parameters(), key);
  }

  @Override
  public String toString() {
    return "DecryptionKey[" + publicKey + "]";
  }
}
