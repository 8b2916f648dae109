package io.verillm.protocol.trace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One hidden state at one boundary and position, as stored: {@code dimension} elements, little
 * endian; any bit pattern is allowed here.
 */
public final class Row {
  private static final VarHandle FP32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final RowType type;
  private final byte[] bytes;

  private Row(byte[] owned, RowType type) {
    if (owned.length == 0 || owned.length % type.width() != 0) {
      throw new IllegalArgumentException(
          "a " + type + " row cannot have " + owned.length + " bytes");
    }
    this.type = type;
    this.bytes = owned;
  }

  /**
   * Copies the bytes.
   *
   * @param bytes dimension x width bytes
   * @throws IllegalArgumentException if they are no whole, positive number of elements
   */
  public Row(RowType type, byte[] bytes) {
    this(bytes.clone(), type);
  }

  /** A row that keeps this array: nobody may change it. */
  static Row owning(RowType type, byte[] unchanging) {
    return new Row(unchanging, type);
  }

  /** Stores the values; BF16 rounds to nearest, ties to even. */
  public static Row of(RowType type, float... values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, type.width())];
    encode(type, values, bytes, 0);
    return owning(type, bytes);
  }

  static void encode(RowType type, float[] values, byte[] target, int offset) {
    int at = offset;
    for (float value : values) {
      int bits = type == RowType.FP32 ? Float.floatToRawIntBits(value) : bf16(value);
      for (int i = 0; i < type.width(); i++) {
        target[at++] = (byte) (bits >>> (8 * i));
      }
    }
  }

  /** The bf16 pattern nearest to the value, ties to even; a NaN stays a NaN. */
  private static int bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry a NaN's low mantissa bits away and make it an infinity.
      return (bits >>> 16) | 0x40;
    }
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }

  /** Element type. */
  public RowType type() {
    return type;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Number of elements. */
  public int dimension() {
    return bytes.length / type.width();
  }

  /** The bit pattern of an element: 32 bits for FP32, the low 16 for BF16. */
  public int bits(int index) {
    int at = index * type.width();
    return type == RowType.BF16
        ? (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8
        : (int) FP32.get(bytes, at);
  }

  /** The value of an element. */
  public float value(int index) {
    return Float.intBitsToFloat(type == RowType.BF16 ? bits(index) << 16 : bits(index));
  }

  /** Whether no element is NaN or infinite. */
  public boolean isFinite() {
    for (int i = 0; i < dimension(); i++) {
      if (!Float.isFinite(value(i))) {
        return false;
      }
    }
    return true;
  }

  /** This row in BF16; itself if it is already. */
  public Row toBf16() {
    if (type == RowType.BF16) {
      return this;
    }
    float[] values = new float[dimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i);
    }
    return of(RowType.BF16, values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row row && type == row.type && Arrays.equals(bytes, row.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Row[" + type + " x " + dimension() + "]";
  }
}
