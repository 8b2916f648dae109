package io.verillm.schemas;

import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes one event after the other into an array, for one thread. Avro's own encoders write each
 * number into a buffer of theirs first and copy it from there.
 */
final class EventBytes extends BinaryEncoder {
  /** What is kept from one event to the next; few are larger. */
  private static final int KEPT = 64 * 1024;

  private static final int VARINT_BYTES_MAX = 10;
  private static final int SEVEN_BITS = 0x7F;
  private static final int MORE = 0x80;

  private byte[] bytes = new byte[KEPT];
  private int length;

  /** The bytes written so far, which it then forgets. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT];
    }
    length = 0;
    return taken;
  }

  /** Forgets what was written. */
  void clear() {
    length = 0;
  }

  /** Appends bytes of which nothing says how many they are. */
  void write(byte[] source) {
    writeFixed(source, 0, source.length);
  }

  @Override
  public void writeFixed(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  @Override
  public void writeBoolean(boolean value) {
    reserve(1);
    bytes[length++] = (byte) (value ? 1 : 0);
  }

  @Override
  public void writeInt(int value) {
    // The same bytes: zigzag of a small number does not depend on its width.
    writeLong(value);
  }

  @Override
  public void writeLong(long value) {
    reserve(VARINT_BYTES_MAX);
    byte[] target = bytes;
    int at = length;
    long rest = (value << 1) ^ (value >> (Long.SIZE - 1));
    while ((rest & ~SEVEN_BITS) != 0) {
      target[at++] = (byte) (rest & SEVEN_BITS | MORE);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    length = at;
  }

  @Override
  public void writeFloat(float value) {
    little(Float.floatToRawIntBits(value), Float.BYTES);
  }

  @Override
  public void writeDouble(double value) {
    little(Double.doubleToRawLongBits(value), Double.BYTES);
  }

  private void little(long bits, int count) {
    reserve(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) (bits >>> (Byte.SIZE * i));
    }
  }

  @Override
  protected void writeZero() {
    reserve(1);
    bytes[length++] = 0;
  }

  @Override
  public int bytesBuffered() {
    return length;
  }

  @Override
  public void flush() {
    // The array is where the bytes go.
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
  }
}
