package io.verillm.cli;

import io.verillm.demo.Aligned;
import io.verillm.topics.TopicChange;
import io.verillm.topics.TopicListing;
import io.verillm.topics.TopicPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The topics of a cluster and of the catalogue in one table, differences marked. */
final class TopicTable {
  private TopicTable() {}

  static List<String> lines(List<TopicListing> topics, TopicPlan plan) {
    Map<String, List<TopicChange>> changes =
        plan.changes().stream().collect(Collectors.groupingBy(TopicChange::topic));
    Map<String, Object[]> rows = new TreeMap<>();
    for (TopicListing topic : topics) {
      List<TopicChange> own = changes.getOrDefault(topic.name(), List.of());
      rows.put(
          topic.name(),
          new Object[] {
            topic.known() ? mark(own) : "?",
            topic.name(),
            topic.partitions(),
            kept(topic),
            topic.known() ? differences(own) : "not in the catalogue"
          });
    }
    plan.missing()
        .forEach(missing ->
            rows.put(
                missing.topic(),
                new Object[] {"+", missing.topic(), missing.partitions(), "", "missing"}));
    Aligned table = new Aligned().row("", "topic", "partitions", "kept", "");
    rows.values().forEach(table::row);
    List<String> lines = new ArrayList<>(table.lines(2));
    lines.add(plan.text().lines().reduce("", (before, last) -> last));
    return lines;
  }

  private static String mark(List<TopicChange> changes) {
    if (changes.isEmpty()) {
      return "";
    }
    return changes.stream().anyMatch(TopicChange.PartitionsDiffer.class::isInstance) ? "!" : "~";
  }

  private static String differences(List<TopicChange> changes) {
    return changes.stream()
        .map(change ->
            switch (change) {
              case TopicChange.Missing missing -> "missing";
              case TopicChange.PartitionsDiffer p ->
                  "the catalogue says %d partitions".formatted(p.wanted());
              case TopicChange.ConfigDiffers c ->
                  "%s is %s, not %s".formatted(c.config(), c.actual(), c.wanted());
            })
        .collect(Collectors.joining("; "));
  }

  private static String kept(TopicListing topic) {
    if (String.valueOf(topic.configs().get("cleanup.policy")).contains("compact")) {
      return "last of each key";
    }
    String millis = topic.configs().getOrDefault("retention.ms", "");
    if (millis.isEmpty()) {
      return "";
    }
    long hours = Long.parseLong(millis) / 3_600_000;
    return hours < 0 || millis.startsWith("-")
        ? "for ever"
        : hours >= 48 ? hours / 24 + " days" : hours + " hours";
  }
}
