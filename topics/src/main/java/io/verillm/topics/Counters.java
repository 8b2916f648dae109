package io.verillm.topics;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many records were refused, by reason. Safe for many threads. */
public final class Counters {
  private final ConcurrentMap<DeadLetterReason, AtomicLong> counts = new ConcurrentHashMap<>();

  /** Counts one. */
  public void increment(DeadLetterReason reason) {
    counts.computeIfAbsent(reason, absent -> new AtomicLong()).incrementAndGet();
  }

  /** How often this reason was counted. */
  public long count(DeadLetterReason reason) {
    AtomicLong count = counts.get(reason);
    return count == null ? 0 : count.get();
  }

  /** All counts by the reason's name, a copy. */
  public SortedMap<String, Long> snapshot() {
    SortedMap<String, Long> snapshot = new TreeMap<>();
    counts.forEach((reason, count) -> snapshot.put(reason.name(), count.get()));
    return snapshot;
  }
}
