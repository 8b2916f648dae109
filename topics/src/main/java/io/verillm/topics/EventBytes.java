package io.verillm.topics;

import java.nio.ByteBuffer;

/** Bytes fields of events: Avro hands out its own buffers, which must not be moved or kept. */
public final class EventBytes {
  private EventBytes() {}

  /** A copy of what remains in the buffer, whose position stays. */
  public static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
