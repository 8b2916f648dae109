package io.verillm.protocol.trace;

/** How one element of a row is stored; always little endian. */
public enum RowType {
  /** IEEE 754 binary32, 4 bytes. */
  FP32(4),
  /** The upper half of a binary32, 2 bytes. */
  BF16(2);

  private final int width;

  RowType(int width) {
    this.width = width;
  }

  /** Bytes of one element. */
  public int width() {
    return width;
  }
}
