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
final class P256VrfPublicKey implements VrfPublicKey {

  private final byte[] encoded;
  private final ECPoint point;

  P256VrfPublicKey(ECPoint point) {
    this.point = point.normalize();
    this.encoded = P256.encode(this.point);
  }

  static Optional<VrfPublicKey> parseKey(byte[] encoded) {
    return P256.decode(encoded).map(P256VrfPublicKey::new);
  }

  @Override
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

  @Override
  public byte[] bytes() {
    return encoded.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof P256VrfPublicKey key && Arrays.equals(encoded, key.encoded);
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
