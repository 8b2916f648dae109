package io.verillm.streams.coordinator;

import io.verillm.events.Task;
import io.verillm.protocol.registry.TaskSize;
import io.verillm.schemas.EventCodec;
import java.nio.ByteBuffer;

/**
 * Brings task records to a few sizes. All tasks of a request have the same size, that of one whose
 * context were prompt and longest answer: so a size tells nothing of how far an answer has come.
 */
final class Padding {
  /** So large that most requests' tasks have it, whatever their public limit. */
  static final int SMALLEST = 8_192;

  private Padding() {}

  /**
   * The task with zeros up to the next power of two, from {@link #SMALLEST} on.
   *
   * @param longest most ids that a context of the request may have
   * @param vocabulary ids of the model
   */
  static Task pad(Task task, int longest, int vocabulary) {
    int bare = EventCodec.encode(task).length;
    long reach = Math.max(bare, TaskSize.largest(longest, vocabulary));
    int target = SMALLEST;
    while (target < Math.min(reach, TaskSize.BYTES_MAX)
        || (target < TaskSize.BYTES_MAX
            && withLengthField(paddingFor(target - bare)) != target - bare)) {
      // Where a longer length field jumps over the target, the next size is taken; behind the
      // largest there is none, and the task stays one byte short.
      target <<= 1;
    }
    byte[] padding = new byte[paddingFor(target - bare)];
    return Task.newBuilder(task).setPadding(ByteBuffer.wrap(padding)).build();
  }

  /** Zeros that fill this many bytes, or all but one. */
  private static int paddingFor(int bytes) {
    int padding = bytes;
    while (withLengthField(padding) > bytes) {
      padding--;
    }
    return padding;
  }

  /** Bytes that padding adds to a task whose length field of no padding is there already. */
  private static int withLengthField(int padding) {
    return padding + varintBytes(padding) - 1;
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
