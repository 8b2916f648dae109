package io.verillm.protocol.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;

/**
 * Collects the tag and the fields of one {@link Hashing#hash}; each {@code add} makes one field.
 *
 * <p>Encodings of a field: {@code int} 4 bytes and {@code long} 8 bytes big endian; text UTF-8; a
 * hash its 32 bytes; a UUID its 16 bytes; a list of ints 4 bytes each, big endian, in one field.
 */
public final class HashInput {
  private static final int FRAME_BYTES = 192;

  /** Longest array that every JVM gives. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

  private byte[] frame = new byte[FRAME_BYTES];
  private int length;

  private HashInput(String tag) {
    add(tag.getBytes(StandardCharsets.UTF_8));
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
    return number(field.length).append(field, field.length);
  }

  /** Adds a 4-byte field. */
  public HashInput add(int value) {
    return number(Integer.BYTES).number(value);
  }

  /** Adds an 8-byte field. */
  public HashInput add(long value) {
    return number(Long.BYTES).number((int) (value >>> Integer.SIZE)).number((int) value);
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
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException(
          "text is not well-formed Unicode: " + text.length() + " chars");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether text has no unpaired surrogates. */
  public static boolean isWellFormed(String text) {
    return !hasSurrogates(text)
        || new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
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
    return Arrays.copyOf(frame, length);
  }

  /** SHA-256 over {@link #bytes}. */
  public Hash hash() {
    return Hash.owning(begin().digest());
  }

  /** This thread's digest with {@link #bytes} in it, for more of the same frame. */
  MessageDigest begin() {
    MessageDigest sha = Hashing.digest();
    sha.update(frame, 0, length);
    return sha;
  }

  private HashInput number(int value) {
    reserve(Integer.BYTES);
    frame[length++] = (byte) (value >>> 24);
    frame[length++] = (byte) (value >>> 16);
    frame[length++] = (byte) (value >>> 8);
    frame[length++] = (byte) value;
    return this;
  }

  private HashInput append(byte[] bytes, int count) {
    reserve(count);
    System.arraycopy(bytes, 0, frame, length, count);
    length += count;
    return this;
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > frame.length) {
      frame = Arrays.copyOf(frame, Math.max(needed, (int) Math.min(2L * frame.length, MAX_BYTES)));
    }
  }
}
