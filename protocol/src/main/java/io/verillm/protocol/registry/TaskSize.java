package io.verillm.protocol.registry;

import io.verillm.events.ModelRegistered;

/** How large a task can become: every model that is registered must fit. */
public final class TaskSize {
  /** Most bytes of an encoded task, padding included; a power of two, as all sizes of tasks are. */
  public static final int BYTES_MAX = 1 << 20;

  /** Bytes of everything but the ids of the context, with every number at its longest. */
  private static final int FRAME_BYTES_MAX = 256;

  private TaskSize() {}

  /** Bytes of the largest task of a model, before padding: its context fills every position. */
  static long largest(ModelRegistered model) {
    return largest(model.getPositionLimit(), model.getVocabulary());
  }

  /** Bytes of the largest task, before padding, whose context has at most so many positions. */
  public static long largest(int positions, int vocabulary) {
    return FRAME_BYTES_MAX + (long) positions * idBytes(vocabulary);
  }

  /** Bytes of the longest token id, as Avro writes it: 7 bits in each, one of all for the sign. */
  private static int idBytes(int vocabulary) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, vocabulary - 1)) + 1;
    return (bits + 6) / 7;
  }
}
