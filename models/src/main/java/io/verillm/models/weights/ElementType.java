package io.verillm.models.weights;

import java.nio.ByteBuffer;

/** The element types of safetensors that hold weights. */
public enum ElementType {
  /** Single precision. */
  F32(4),
  /** Half precision. */
  F16(2),
  /** The upper half of single precision. */
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** The next value of a little-endian buffer. */
  float next(ByteBuffer buffer) {
    return switch (this) {
      case F32 -> buffer.getFloat();
      case F16 -> Float.float16ToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
    };
  }

  /** Adds a value to a little-endian buffer, rounded to nearest. */
  void put(ByteBuffer buffer, float value) {
    switch (this) {
      case F32 -> buffer.putFloat(value);
      case F16 -> buffer.putShort(Float.floatToFloat16(value));
      case BF16 -> buffer.putShort((short) (Float.floatToRawIntBits(Rounding.bf16(value)) >>> 16));
    }
  }
}
