package io.verillm.protocol.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A public key that verifies signatures. Everything live, and every audit, has Ed25519 keys from
 * {@link #parse}; a simulation may hand the deciding code keys of a cheaper kind by its {@link
 * KeySuite}.
 */
public interface VerifyKey extends Comparable<VerifyKey> {

  /** Length of an encoded key, in bytes. */
  int LENGTH = Ed25519.PUBLIC_KEY_SIZE;

  /** Length of a signature, in bytes. */
  int SIGNATURE_LENGTH = Ed25519.SIGNATURE_SIZE;

  /** Parses an Ed25519 key; empty if the bytes are not a valid one. */
  static Optional<VerifyKey> parse(byte[] encoded) {
    return Ed25519VerifyKey.parseKey(encoded);
  }

  /**
   * Parses an Ed25519 key that is known to be valid.
   *
   * @throws IllegalArgumentException if it is not
   */
  static VerifyKey of(byte[] encoded) {
    return parse(encoded)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an Ed25519 public key: " + HexFormat.of().formatHex(encoded)));
  }

  /** Whether the signature is this key's over the message; false for every malformed one. */
  boolean verify(byte[] message, byte[] signature);

  /** The 32-byte encoding, which is what a registration holds. */
  byte[] bytes();

  /** The encoding in 64 lower-case hexadecimal digits. */
  default String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  @Override
  default int compareTo(VerifyKey other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }
}
