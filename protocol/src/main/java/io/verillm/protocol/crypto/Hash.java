package io.verillm.protocol.crypto;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A 32-byte SHA-256 value. Order is that of the unsigned bytes.
 *
 * @param bytes exactly 32 bytes, copied in and out
 */
public record Hash(byte[] bytes) implements Comparable<Hash> {

  /** Length of every hash, in bytes. */
  public static final int LENGTH = 32;

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException if there are not exactly 32 bytes
   */
  public Hash {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + bytes.length);
    }
    bytes = bytes.clone();
  }

  /**
   * Reads 64 hexadecimal digits of either case.
   *
   * @throws IllegalArgumentException on any other text
   */
  public static Hash fromHex(String hex) {
    return new Hash(HexFormat.of().parseHex(hex));
  }

  /** Reads the 32 bytes at {@code offset}. */
  static Hash at(byte[] source, int offset) {
    return new Hash(Arrays.copyOfRange(source, offset, offset + LENGTH));
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes themselves: for readers in this package that do not change them. */
  byte[] unsafeBytes() {
    return bytes;
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Hash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
