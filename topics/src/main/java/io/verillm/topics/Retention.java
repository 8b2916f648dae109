package io.verillm.topics;

import java.time.Duration;
import java.util.Map;

/** How long a topic keeps its records. */
public enum Retention {
  /** Private working topics: enough to outlive any restart. */
  SHORT(Map.of("cleanup.policy", "delete", "retention.ms", millis(Duration.ofDays(7)))),
  /** Weeks, so that an operator can look at what was dropped. */
  WEEKS(Map.of("cleanup.policy", "delete", "retention.ms", millis(Duration.ofDays(28)))),
  /** What the journal names: an audit needs every record, so none is ever deleted or compacted. */
  FOR_EVER(Map.of("cleanup.policy", "delete", "retention.ms", "-1")),
  /** Tables whose last value for a key is all that counts. */
  COMPACT(Map.of("cleanup.policy", "compact"));

  private final Map<String, String> configs;

  Retention(Map<String, String> configs) {
    this.configs = configs;
  }

  Map<String, String> configs() {
    return configs;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
