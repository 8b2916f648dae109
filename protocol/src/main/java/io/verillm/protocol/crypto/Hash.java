package io.verillm.protocol.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** A 32-byte SHA-256 value, copied in and out. Order is that of the unsigned bytes. */
public final class Hash implements Comparable<Hash> {

  /** Length of every hash, in bytes. */
  public static final int LENGTH = 32;

  private final byte[] bytes;

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException if there are not exactly 32 bytes
   */
  public Hash(byte[] bytes) {
    this(bytes.clone(), bytes.length);
  }

  private Hash(byte[] owned, int length) {
    if (length != LENGTH) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + length);
    }
    this.bytes = owned;
  }

  /** A hash that keeps this array: nobody else may have it. */
  static Hash owning(byte[] fresh) {
    return new Hash(fresh, fresh.length);
  }

  /**
   * A copy of the bytes that remain in a buffer, which is left as it was.
   *
   * @throws IllegalArgumentException if there are not exactly 32 bytes
   */
  public static Hash of(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return owning(bytes);
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
    return owning(Arrays.copyOfRange(source, offset, offset + LENGTH));
  }

  /** A copy of the 32 bytes. */
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
