package io.verillm.protocol.crypto;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A public key that verifies draws. Everything live, and every audit, has keys of
 * ECVRF-P256-SHA256-TAI (RFC 9381, suite 0x01) from {@link #parse}; a simulation may hand the
 * deciding code keys of a cheaper kind by its {@link KeySuite}.
 */
public interface VrfPublicKey {

  /** Length of an encoded key, in bytes. */
  int LENGTH = P256.POINT_LENGTH;

  /** Parses and validates a P-256 key; empty if the bytes are not a valid one. */
  static Optional<VrfPublicKey> parse(byte[] encoded) {
    return P256VrfPublicKey.parseKey(encoded);
  }

  /**
   * Parses a P-256 key that is known to be valid.
   *
   * @throws IllegalArgumentException if it is not
   */
  static VrfPublicKey of(byte[] encoded) {
    return parse(encoded)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not a P-256 VRF key: " + HexFormat.of().formatHex(encoded)));
  }

  /**
   * The output (beta, 32 bytes) that the proof proves for {@code alpha} under this key; empty if it
   * proves nothing (RFC 9381, 5.3). For one key and alpha there is one output.
   */
  Optional<Hash> verify(byte[] alpha, VrfProof proof);

  /** The 33-byte encoding, which is what a registration holds. */
  byte[] bytes();
}
