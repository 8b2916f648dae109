package io.verillm.protocol.log;

import java.util.Comparator;

/**
 * One partition of one topic. Ordered by topic name (UTF-16 code units; names are ASCII), then by
 * number: the order of ranges in a seal and of records in the tree.
 *
 * @param topic full topic name
 * @param partition number, from 0
 */
public record LogPartition(String topic, int partition) implements Comparable<LogPartition> {
  private static final Comparator<LogPartition> ORDER =
      Comparator.comparing(LogPartition::topic).thenComparingInt(LogPartition::partition);

  @Override
  public int compareTo(LogPartition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
