package io.verillm.models;

/** How one value of a row is stored, little endian. */
public enum RowType {
  /** IEEE 754 single precision. */
  FP32(4),
  /** The upper half of an IEEE 754 single. */
  BF16(2);

  private final int bytes;

  RowType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
