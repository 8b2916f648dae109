package io.verillm.topics;

import java.util.List;
import java.util.stream.Collectors;

/** A plan that must not be applied: partition counts differ. Nothing was changed. */
public final class TopicsDisagree extends Exception {
  private static final long serialVersionUID = 1L;

  TopicsDisagree(List<TopicChange.PartitionsDiffer> conflicts) {
    super(
        conflicts.stream()
            .map(conflict ->
                "%s has %d partitions, the catalogue says %d"
                    .formatted(conflict.topic(), conflict.actual(), conflict.wanted()))
            .collect(Collectors.joining("; ", "nothing applied: ", "")),
        null,
        false,
        false);
  }
}
