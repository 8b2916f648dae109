package io.verillm.schemas;

import java.io.OutputStream;
import java.util.Arrays;

/** Collects the bytes of one event, for one thread. */
final class EventBytes extends OutputStream {
  private static final int EXPECTED = 512;

  private byte[] bytes = new byte[EXPECTED];
  private int length;

  @Override
  public void write(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
