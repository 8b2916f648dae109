package io.verillm.topics.access;

import io.verillm.topics.Answers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Groups;
import io.verillm.topics.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * First offsets of the workers' groups. A cluster tells the lag of a group only where offsets are
 * committed, so a group that runs at zero processes and never ran would never be seen to have work.
 */
public final class GroupSeeds {
  private static final String SHARE_FEATURE = "share.version";

  private final Admin admin;
  private final Catalogue catalogue;

  /** Does not close the admin client. */
  public GroupSeeds(Admin admin, Catalogue catalogue) {
    this.admin = admin;
    this.catalogue = catalogue;
  }

  /**
   * Commits the beginning of its topic of tasks for every worker's group that has nothing committed
   * there; the topics must exist.
   *
   * @param asked whether the groups are share groups; empty: where the cluster has those
   * @return what was committed
   */
  public SeedPlan apply(Collection<String> workers, Optional<Boolean> asked) {
    return seed(workers, asked, true);
  }

  /** What {@link #apply} would commit now. */
  public SeedPlan plan(Collection<String> workers, Optional<Boolean> asked) {
    return seed(workers, asked, false);
  }

  private SeedPlan seed(Collection<String> workers, Optional<Boolean> asked, boolean commit) {
    boolean share = asked.orElseGet(this::hasShareGroups);
    SortedMap<String, Map<TopicPartition, Long>> seeded = new TreeMap<>();
    for (String worker : workers) {
      String group = Groups.worker(worker);
      Map<TopicPartition, Long> missing = beginnings(catalogue.tasks(worker));
      missing.keySet().removeAll(committed(group, missing, share));
      if (!missing.isEmpty()) {
        seeded.put(group, missing);
        if (commit) {
          commit(group, missing, share);
        }
      }
    }
    return new SeedPlan(seeded, share);
  }

  private boolean hasShareGroups() {
    FinalizedVersionRange range =
        Answers.await(admin.describeFeatures().featureMetadata())
            .finalizedFeatures()
            .get(SHARE_FEATURE);
    return range != null && range.maxVersionLevel() >= 1;
  }

  private Map<TopicPartition, Long> beginnings(Topic tasks) {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, tasks.partitions())
            .boxed()
            .collect(
                Collectors.toMap(
                    p -> new TopicPartition(tasks.name(), p), p -> OffsetSpec.earliest()));
    Map<TopicPartition, Long> beginnings = new LinkedHashMap<>();
    Answers.await(admin.listOffsets(asked).all())
        .forEach((partition, offset) -> beginnings.put(partition, offset.offset()));
    return beginnings;
  }

  private Collection<TopicPartition> committed(
      String group, Map<TopicPartition, Long> partitions, boolean share) {
    // Partitions without an offset come with null.
    Map<TopicPartition, ?> known =
        share
            ? Answers.await(
                admin
                    .listShareGroupOffsets(
                        Map.of(
                            group,
                            new ListShareGroupOffsetsSpec().topicPartitions(partitions.keySet())))
                    .partitionsToOffsetInfo(group))
            : Answers.await(
                admin
                    .listConsumerGroupOffsets(
                        Map.of(
                            group,
                            new ListConsumerGroupOffsetsSpec()
                                .topicPartitions(partitions.keySet())))
                    .partitionsToOffsetAndMetadata(group));
    return known.entrySet().stream()
        .filter(entry -> entry.getValue() != null)
        .<TopicPartition>map(Map.Entry::getKey)
        .toList();
  }

  private void commit(String group, Map<TopicPartition, Long> offsets, boolean share) {
    if (share) {
      Answers.await(admin.alterShareGroupOffsets(group, offsets).all());
    } else {
      Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
      offsets.forEach(
          (partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
      Answers.await(admin.alterConsumerGroupOffsets(group, committed).all());
    }
  }
}
