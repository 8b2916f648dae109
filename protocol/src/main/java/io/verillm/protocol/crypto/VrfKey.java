package io.verillm.protocol.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A secret key of ECVRF-P256-SHA256-TAI (RFC 9381). Proofs are deterministic: the nonce is that of
 * RFC 6979. The curve arithmetic is not constant in time, so prove where nobody can measure it.
 */
public final class VrfKey {

  /** Length of a secret scalar, in bytes. */
  public static final int LENGTH = P256.SCALAR_LENGTH;

  private final BigInteger secret;
  private final P256VrfPublicKey publicKey;

  private VrfKey(BigInteger secret) {
    this.secret = secret;
    this.publicKey = new P256VrfPublicKey(P256.G.multiply(secret));
  }

  /**
   * Reads a secret scalar, big endian.
   *
   * @throws IllegalArgumentException if it has not 32 bytes or is not in [1, q)
   */
  public static VrfKey fromScalar(byte[] scalar) {
    BigInteger secret = new BigInteger(1, scalar);
    if (scalar.length != LENGTH || secret.signum() == 0 || secret.compareTo(P256.Q) >= 0) {
      throw new IllegalArgumentException(
          "a P-256 secret has 32 bytes and lies in [1, q); got " + scalar.length + " bytes");
    }
    return new VrfKey(secret);
  }

  /**
   * Derives a key from any 32 secret bytes: {@code H("vrf-key", seed, counter)} for the first
   * counter in range.
   */
  public static VrfKey fromSeed(byte[] seed) {
    if (seed.length != LENGTH) {
      throw new IllegalArgumentException("a VRF seed has 32 bytes, not " + seed.length);
    }
    for (int counter = 0; ; counter++) {
      BigInteger secret =
          new BigInteger(1, HashInput.of("vrf-key").add(seed).add(counter).hash().unsafeBytes());
      if (secret.signum() != 0 && secret.compareTo(P256.Q) < 0) {
        return new VrfKey(secret);
      }
    }
  }

  /** The key that verifies this key's proofs. */
  public VrfPublicKey publicKey() {
    return publicKey;
  }

  /** The proof for {@code alpha} (RFC 9381, 5.1). */
  public VrfProof prove(byte[] alpha) {
    ECPoint h = P256.encodeToCurve(publicKey.bytes(), alpha);
    ECPoint gamma = h.multiply(secret).normalize();
    BigInteger k = P256.nonce(secret, P256.encode(h));
    ECPoint u = P256.G.multiply(k).normalize();
    ECPoint v = h.multiply(k).normalize();
    byte[] challenge = P256.challenge(publicKey.point(), h, gamma, u, v);
    BigInteger s = k.add(new BigInteger(1, challenge).multiply(secret)).mod(P256.Q);
    byte[] proof = new byte[VrfProof.LENGTH];
    System.arraycopy(P256.encode(gamma), 0, proof, 0, P256.POINT_LENGTH);
    System.arraycopy(challenge, 0, proof, P256.POINT_LENGTH, P256.CHALLENGE_LENGTH);
    System.arraycopy(
        P256.encode(s), 0, proof, P256.POINT_LENGTH + P256.CHALLENGE_LENGTH, P256.SCALAR_LENGTH);
    return new VrfProof(proof);
  }

  /** The output for {@code alpha} without a proof: what the proof's verifier will get. */
  public Hash output(byte[] alpha) {
    return P256.output(P256.encodeToCurve(publicKey.bytes(), alpha).multiply(secret).normalize());
  }

  @Override
  public String toString() {
    return "VrfKey[" + publicKey + "]";
  }
}
