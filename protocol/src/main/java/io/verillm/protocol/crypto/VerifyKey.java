package io.verillm.protocol.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 public key (RFC 8032), fully validated once and kept parsed, since verifying is on
 * every record's way.
 *
 * <p>Strict: only canonical encodings of points of prime order are keys; a signature must have 64
 * bytes and its scalar must be below the group order, so that neither key nor signature has a
 * second encoding.
 */
public final class VerifyKey implements Comparable<VerifyKey> {

  /** Length of an encoded key, in bytes. */
  public static final int LENGTH = Ed25519.PUBLIC_KEY_SIZE;

  /** Length of a signature, in bytes. */
  public static final int SIGNATURE_LENGTH = Ed25519.SIGNATURE_SIZE;

  private final byte[] encoded;
  private final Ed25519.PublicPoint point;

  private VerifyKey(byte[] encoded, Ed25519.PublicPoint point) {
    this.encoded = encoded;
    this.point = point;
  }

  /** Parses a key; empty if the bytes are not a valid one. */
  public static Optional<VerifyKey> parse(byte[] encoded) {
    if (encoded.length != LENGTH) {
      return Optional.empty();
    }
    byte[] copy = encoded.clone();
    return Optional.ofNullable(Ed25519.validatePublicKeyFullExport(copy, 0))
        .map(point -> new VerifyKey(copy, point));
  }

  /**
   * Parses a key that is known to be valid.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static VerifyKey of(byte[] encoded) {
    return parse(encoded)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an Ed25519 public key: " + HexFormat.of().formatHex(encoded)));
  }

  /** Whether the signature is this key's over the message; false for every malformed one. */
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_LENGTH
        && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  /** The 32-byte encoding of RFC 8032. */
  public byte[] bytes() {
    return encoded.clone();
  }

  /** The encoding in 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(encoded);
  }

  @Override
  public int compareTo(VerifyKey other) {
    return Arrays.compareUnsigned(encoded, other.encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyKey key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return hex();
  }
}
