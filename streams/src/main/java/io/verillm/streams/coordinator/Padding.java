package io.verillm.streams.coordinator;

import io.verillm.events.Task;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;

/** Brings task records to a few sizes, so that their size tells little about the context. */
final class Padding {
  private static final int SMALLEST = 1024;

  private Padding() {}

  /** The task with zeros up to the next power of two, from 1,024 bytes on. */
  static Task pad(Task task) {
    int bare = EventCodec.encode(task).length;
    int target = Math.max(SMALLEST, Integer.highestOneBit(bare + 2) << 1);
    // The padding's own length field takes up to two bytes more than that of no padding.
    int padding = target - bare;
    padding -= varintBytes(padding) - 1;
    return Task.newBuilder(task).setPadding(ByteBuffer.wrap(new byte[padding])).build();
  }

  /** Bytes of Avro's length field. */
  private static int varintBytes(int length) {
    int bytes = 1;
    for (int zigzag = length << 1; zigzag > 0x7F; zigzag >>>= 7) {
      bytes++;
    }
    return bytes;
  }
}
