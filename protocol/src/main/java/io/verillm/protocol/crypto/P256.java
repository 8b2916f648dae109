package io.verillm.protocol.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * The functions of suite ECVRF-P256-SHA256-TAI that both prover and verifier need (RFC 9381, 5.4
 * and 5.5).
 */
final class P256 {

  static final int POINT_LENGTH = 33;
  static final int SCALAR_LENGTH = 32;
  static final int CHALLENGE_LENGTH = 16;

  private static final byte SUITE = 0x01;
  private static final byte ENCODE = 0x01;
  private static final byte CHALLENGE = 0x02;
  private static final byte OUTPUT = 0x03;
  private static final byte BACK = 0x00;
  private static final int MAX_TRIES = 256;

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
  static final ECPoint G = CURVE.getG();
  static final BigInteger Q = CURVE.getN();

  private P256() {}

  /** SEC1 compressed point: exactly one encoding a point, never infinity, always on the curve. */
  static Optional<ECPoint> decode(byte[] encoded) {
    if (encoded.length != POINT_LENGTH || (encoded[0] != 2 && encoded[0] != 3)) {
      return Optional.empty();
    }
    try {
      ECPoint point = CURVE.getCurve().decodePoint(encoded).normalize();
      boolean canonical = Arrays.equals(point.getEncoded(true), encoded);
      return canonical && point.isValid() ? Optional.of(point) : Optional.empty();
    } catch (IllegalArgumentException notOnCurve) {
      return Optional.empty();
    }
  }

  static byte[] encode(ECPoint point) {
    return point.getEncoded(true);
  }

  static byte[] encode(BigInteger scalar) {
    return BigIntegers.asUnsignedByteArray(SCALAR_LENGTH, scalar);
  }

  /**
   * ECVRF_encode_to_curve_try_and_increment with the public key as its salt (RFC 9381, 5.4.1.1).
   */
  static ECPoint encodeToCurve(byte[] publicKey, byte[] alpha) {
    for (int counter = 0; counter < MAX_TRIES; counter++) {
      MessageDigest sha = Hashing.digest();
      sha.update(new byte[] {SUITE, ENCODE});
      sha.update(publicKey);
      sha.update(alpha);
      sha.update(new byte[] {(byte) counter, BACK});
      byte[] candidate = new byte[POINT_LENGTH];
      candidate[0] = 2;
      System.arraycopy(sha.digest(), 0, candidate, 1, Hash.LENGTH);
      Optional<ECPoint> point = decode(candidate);
      if (point.isPresent()) {
        return point.get();
      }
    }
    // Each try fails with probability one half.
    throw new IllegalStateException("no curve point in 256 tries: probability 2^-256");
  }

  /** ECVRF_nonce_generation_RFC6979 (RFC 9381, 5.4.2.1). */
  static BigInteger nonce(BigInteger secret, byte[] message) {
    HMacDSAKCalculator calculator = new HMacDSAKCalculator(new SHA256Digest());
    calculator.init(Q, secret, Hashing.digest().digest(message));
    return calculator.nextK();
  }

  /** ECVRF_challenge_generation (RFC 9381, 5.4.3): 16 bytes. */
  static byte[] challenge(ECPoint... points) {
    MessageDigest sha = Hashing.digest();
    sha.update(new byte[] {SUITE, CHALLENGE});
    for (ECPoint point : points) {
      sha.update(encode(point));
    }
    sha.update(BACK);
    return Arrays.copyOf(sha.digest(), CHALLENGE_LENGTH);
  }

  /** ECVRF_proof_to_hash of a decoded Gamma (RFC 9381, 5.2); the cofactor is 1. */
  static Hash output(ECPoint gamma) {
    MessageDigest sha = Hashing.digest();
    sha.update(new byte[] {SUITE, OUTPUT});
    sha.update(encode(gamma));
    sha.update(BACK);
    return new Hash(sha.digest());
  }
}
