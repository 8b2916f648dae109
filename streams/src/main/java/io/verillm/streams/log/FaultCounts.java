package io.verillm.streams.log;

import io.verillm.protocol.log.LogFault;
import java.util.EnumMap;
import java.util.Map;

/** How often each fault was met. Safe for use by several threads. */
final class FaultCounts {
  private final Map<LogFault, Long> counts = new EnumMap<>(LogFault.class);

  synchronized void count(LogFault fault) {
    counts.merge(fault, 1L, Long::sum);
  }

  synchronized Map<LogFault, Long> counts() {
    return Map.copyOf(counts);
  }
}
