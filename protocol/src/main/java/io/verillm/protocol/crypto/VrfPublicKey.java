package io.verillm.protocol.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A validated public key of ECVRF-P256-SHA256-TAI (RFC 9381, suite 0x01): a compressed point on the
 * curve, not infinity. The cofactor is 1, so every such point is in the prime-order group (5.4.5).
 */
public final class VrfPublicKey {

  /** Length of an encoded key, in bytes. */
  public static final int LENGTH = P256.POINT_LENGTH;

  private final byte[] encoded;
  private final ECPoint point;

  VrfPublicKey(ECPoint point) {
    this.point = point.normalize();
    this.encoded = P256.encode(this.point);
  }

  /** Parses and validates a key; empty if the bytes are not a valid one. */
  public static Optional<VrfPublicKey> parse(byte[] encoded) {
    return P256.decode(encoded).map(VrfPublicKey::new);
  }

  /**
   * Parses a key that is known to be valid.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static VrfPublicKey of(byte[] encoded) {
    return parse(encoded)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not a P-256 VRF key: " + HexFormat.of().formatHex(encoded)));
  }

  /**
   * The output (beta, 32 bytes) that the proof proves for {@code alpha} under this key; empty if it
   * proves nothing (RFC 9381, 5.3). For one key and alpha there is one output.
   */
  public Optional<Hash> verify(byte[] alpha, VrfProof proof) {
    BigInteger s = new BigInteger(1, proof.scalar());
    Optional<ECPoint> gamma = P256.decode(proof.gamma());
    if (gamma.isEmpty() || s.compareTo(P256.Q) >= 0) {
      return Optional.empty();
    }
    BigInteger c = new BigInteger(1, proof.challenge());
    ECPoint h = P256.encodeToCurve(encoded, alpha);
    ECPoint u = difference(P256.G, s, point, c);
    ECPoint v = difference(h, s, gamma.get(), c);
    return Arrays.equals(P256.challenge(point, h, gamma.get(), u, v), proof.challenge())
        ? Optional.of(P256.output(gamma.get()))
        : Optional.empty();
  }

  /** {@code s * a - c * b}. */
  private static ECPoint difference(ECPoint a, BigInteger s, ECPoint b, BigInteger c) {
    return ECAlgorithms.sumOfTwoMultiplies(a, s, b.negate(), c).normalize();
  }

  ECPoint point() {
    return point;
  }

  /** The 33-byte compressed encoding. */
  public byte[] bytes() {
    return encoded.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VrfPublicKey key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(encoded);
  }
}
