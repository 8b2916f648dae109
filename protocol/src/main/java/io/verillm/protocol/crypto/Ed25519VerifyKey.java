package io.verillm.protocol.crypto;

import java.util.Arrays;
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
final class Ed25519VerifyKey implements VerifyKey {

  private final byte[] encoded;
  private final Ed25519.PublicPoint point;

  private Ed25519VerifyKey(byte[] encoded, Ed25519.PublicPoint point) {
    this.encoded = encoded;
    this.point = point;
  }

  static Optional<VerifyKey> parseKey(byte[] encoded) {
    if (encoded.length != LENGTH) {
      return Optional.empty();
    }
    byte[] copy = encoded.clone();
    return Optional.ofNullable(Ed25519.validatePublicKeyFullExport(copy, 0))
        .map(point -> new Ed25519VerifyKey(copy, point));
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_LENGTH
        && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public byte[] bytes() {
    return encoded.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ed25519VerifyKey key && Arrays.equals(encoded, key.encoded);
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
