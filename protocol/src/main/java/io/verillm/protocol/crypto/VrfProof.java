package io.verillm.protocol.crypto;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A proof of ECVRF-P256-SHA256-TAI: Gamma (33 bytes), challenge (16), scalar (32). Holds bytes as
 * received; only {@link VrfPublicKey#verify} says whether they prove anything.
 *
 * @param bytes exactly 81 bytes, copied in and out
 */
public record VrfProof(byte[] bytes) {

  /** Length of a proof, in bytes. */
  public static final int LENGTH = P256.POINT_LENGTH + P256.CHALLENGE_LENGTH + P256.SCALAR_LENGTH;

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException if there are not exactly 81 bytes
   */
  public VrfProof {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a VRF proof has 81 bytes, not " + bytes.length);
    }
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  byte[] gamma() {
    return Arrays.copyOf(bytes, P256.POINT_LENGTH);
  }

  byte[] challenge() {
    return Arrays.copyOfRange(bytes, P256.POINT_LENGTH, P256.POINT_LENGTH + P256.CHALLENGE_LENGTH);
  }

  byte[] scalar() {
    return Arrays.copyOfRange(bytes, P256.POINT_LENGTH + P256.CHALLENGE_LENGTH, LENGTH);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VrfProof proof && Arrays.equals(bytes, proof.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
