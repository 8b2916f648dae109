package io.verillm.protocol.envelope;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * An X25519 public key (RFC 7748) that envelopes can be wrapped for.
 *
 * <p>Strict: only canonical encodings (below 2^255 - 19, highest bit clear) of points that are not
 * of low order are keys, so that a key has one encoding and a wrap depends on both sides' secrets.
 */
public final class EncryptionKey {
  /** Length of an encoded key, in bytes. */
  public static final int LENGTH = X25519.POINT_SIZE;

  private static final byte[] PRIME =
      HexFormat.of().parseHex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");

  private final byte[] encoded;

  private EncryptionKey(byte[] encoded) {
    this.encoded = encoded;
  }

  /** Parses a key; empty if the bytes are not a valid one. */
  public static Optional<EncryptionKey> parse(byte[] encoded) {
    return encoded.length == LENGTH && isCanonical(encoded) && !isOfLowOrder(encoded)
        ? Optional.of(new EncryptionKey(encoded.clone()))
        : Optional.empty();
  }

  private static boolean isCanonical(byte[] littleEndian) {
    byte[] bigEndian = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      bigEndian[i] = littleEndian[LENGTH - 1 - i];
    }
    return Arrays.compareUnsigned(bigEndian, PRIME) < 0;
  }

  /** Every scalar is a multiple of the cofactor, so any one of them takes such a point to zero. */
  private static boolean isOfLowOrder(byte[] point) {
    byte[] scalar = new byte[X25519.SCALAR_SIZE];
    byte[] product = new byte[LENGTH];
    X25519.scalarMult(scalar, 0, point, 0, product, 0);
    return Arrays.equals(product, new byte[LENGTH]);
  }

  X25519PublicKeyParameters parameters() {
    return new X25519PublicKeyParameters(encoded);
  }

  /** The 32-byte encoding of RFC 7748. */
  public byte[] bytes() {
    return encoded.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptionKey key && Arrays.equals(encoded, key.encoded);
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
