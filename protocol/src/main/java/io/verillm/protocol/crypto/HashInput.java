package io.verillm.protocol.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Collects the tag and the fields of one {@link Hashing#hash}; each {@code add} makes one field.
 *
 * <p>Encodings of a field: {@code int} 4 bytes and {@code long} 8 bytes big endian; text UTF-8; a
 * hash its 32 bytes; a UUID its 16 bytes; a list of ints 4 bytes each, big endian, in one field.
 */
public final class HashInput {

  private final ByteArrayOutputStream frame = new ByteArrayOutputStream(160);

  private HashInput(String tag) {
    add(tag);
  }

  /** Starts the input of {@code H(tag, ...)}. */
  public static HashInput of(String tag) {
    if (tag.isEmpty()) {
      throw new IllegalArgumentException("a hash needs a tag");
    }
    return new HashInput(tag);
  }

  /** Adds bytes as one field. */
  public HashInput add(byte[] field) {
    int length = field.length;
    frame.write(length >>> 24);
    frame.write(length >>> 16);
    frame.write(length >>> 8);
    frame.write(length);
    frame.write(field, 0, length);
    return this;
  }

  /** Adds a 4-byte field. */
  public HashInput add(int value) {
    return add(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  /** Adds an 8-byte field. */
  public HashInput add(long value) {
    return add(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  /** Adds a 32-byte field. */
  public HashInput add(Hash value) {
    return add(value.unsafeBytes());
  }

  /** Adds text as UTF-8 ({@link #utf8}). */
  public HashInput add(String value) {
    return add(utf8(value));
  }

  /**
   * The text in UTF-8.
   *
   * @throws IllegalArgumentException for unpaired surrogates, because UTF-8 would merge different
   *     texts
   */
  public static byte[] utf8(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    if (!new String(encoded, StandardCharsets.UTF_8).equals(text)) {
      throw new IllegalArgumentException(
          "text is not well-formed Unicode: " + text.length() + " chars");
    }
    return encoded;
  }

  /** Adds a 16-byte field. */
  public HashInput add(UUID value) {
    return add(
        ByteBuffer.allocate(16)
            .putLong(value.getMostSignificantBits())
            .putLong(value.getLeastSignificantBits())
            .array());
  }

  /** Adds all values as one field of 4 bytes each. */
  public HashInput add(int[] values) {
    ByteBuffer field = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES));
    for (int value : values) {
      field.putInt(value);
    }
    return add(field.array());
  }

  /** The framed bytes, which are what a VRF or a MAC takes as its message. */
  public byte[] bytes() {
    return frame.toByteArray();
  }

  /** SHA-256 over {@link #bytes}. */
  public Hash hash() {
    return new Hash(Hashing.digest().digest(frame.toByteArray()));
  }
}
