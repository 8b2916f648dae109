package io.verillm.topics;

import io.verillm.protocol.registry.TaskSize;
import io.verillm.schemas.EventCodec;

/** Most bytes of one event, for each kind of topic. */
final class TopicLimits {
  /** A prompt in UTF-8 and a hundred-odd bytes around it. */
  static final int REQUEST_BYTES_MAX = 256 * 1024;

  /** A context of ids at up to 5 bytes each, padded. */
  static final int TASK_BYTES_MAX = TaskSize.BYTES_MAX;

  /** A few dozen ids, or one fixed-size event. */
  static final int SMALL_BYTES_MAX = 64 * 1024;

  /** A roster, a seal over all partitions, a settlement, a verdict. */
  static final int MEDIUM_BYTES_MAX = 1024 * 1024;

  /** Opened rows. */
  static final int OPENING_BYTES_MAX = EventCodec.EVENT_BYTES_MAX;

  private TopicLimits() {}
}
