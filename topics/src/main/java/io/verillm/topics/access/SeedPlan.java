package io.verillm.topics.access;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * First offsets that workers' groups lack.
 *
 * @param missing offsets by group and partition
 * @param share whether the groups are share groups
 */
public record SeedPlan(SortedMap<String, Map<TopicPartition, Long>> missing, boolean share) {
  /** Copies the map. */
  public SeedPlan {
    missing = new TreeMap<>(missing);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return missing.isEmpty();
  }

  /** The plan for people, a line for each partition and one that counts. */
  public String text() {
    StringBuilder text = new StringBuilder();
    missing.forEach((group, offsets) ->
        offsets.forEach((partition, offset) ->
            text.append("+ %s begins at %d of %s%n".formatted(group, offset, partition))));
    return text.append(
            "groups: %d to seed, as %s%n"
                .formatted(missing.size(), share ? "share groups" : "consumer groups"))
        .toString();
  }
}
