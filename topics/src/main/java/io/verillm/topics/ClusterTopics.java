package io.verillm.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a cluster's topics with the catalogue and makes them agree. Broker errors are thrown as
 * Kafka's own exceptions.
 */
public final class ClusterTopics {
  private static final long VISIBLE_TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long VISIBLE_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final Admin admin;
  private final Catalogue catalogue;

  /** Does not close the admin client. */
  public ClusterTopics(Admin admin, Catalogue catalogue) {
    this.admin = admin;
    this.catalogue = catalogue;
  }

  /** Our topics that the cluster has, sorted by name. */
  public List<TopicListing> list() {
    Set<String> names =
        Answers.await(admin.listTopics().names()).stream()
            .filter(Catalogue::ours)
            .collect(Collectors.toSet());
    Map<String, TopicDescription> topics = describe(names);
    Map<String, Config> configs = configs(topics.keySet());
    return topics.values().stream()
        .sorted(Comparator.comparing(TopicDescription::name))
        .map(topic -> listing(topic, configs.get(topic.name())))
        .toList();
  }

  private TopicListing listing(TopicDescription topic, Config config) {
    Optional<Topic> known = catalogue.byName(topic.name());
    Map<String, String> values = new TreeMap<>();
    known
        .map(Topic::configs)
        .orElse(Map.of())
        .keySet()
        .forEach(name -> values.put(name, config.get(name).value()));
    return new TopicListing(topic.name(), topic.partitions().size(), known.isPresent(), values);
  }

  /** What the cluster lacks of these topics, see {@link Catalogue#all}. */
  public TopicPlan plan(Collection<Topic> wanted) {
    Set<String> names = wanted.stream().map(Topic::name).collect(Collectors.toSet());
    names.retainAll(Answers.await(admin.listTopics().names()));
    Map<String, TopicDescription> existing = describe(names);
    Map<String, Config> configs = configs(existing.keySet());
    List<TopicChange> changes = new ArrayList<>();
    int agreeing = 0;
    for (Topic topic : wanted.stream().sorted(Comparator.comparing(Topic::name)).toList()) {
      List<TopicChange> differences =
          differences(topic, existing.get(topic.name()), configs.get(topic.name()));
      changes.addAll(differences);
      agreeing += differences.isEmpty() ? 1 : 0;
    }
    return new TopicPlan(changes, agreeing);
  }

  private static List<TopicChange> differences(
      Topic topic, @Nullable TopicDescription existing, @Nullable Config config) {
    if (existing == null || config == null) {
      return List.of(new TopicChange.Missing(topic.name(), topic.partitions()));
    }
    List<TopicChange> differences = new ArrayList<>();
    int partitions = existing.partitions().size();
    if (partitions != topic.partitions()) {
      differences.add(
          new TopicChange.PartitionsDiffer(topic.name(), partitions, topic.partitions()));
    }
    new TreeMap<>(topic.configs())
        .forEach((name, wanted) -> {
          String actual = config.get(name).value();
          if (!wanted.equals(actual)) {
            differences.add(new TopicChange.ConfigDiffers(topic.name(), name, actual, wanted));
          }
        });
    return differences;
  }

  /**
   * Creates what is missing and alters configs that differ; returns when brokers see it and take
   * records.
   *
   * @return the plan that was applied; empty where there was nothing to do
   * @throws TopicsDisagree if a partition count differs: then nothing is changed
   */
  public TopicPlan apply(Collection<Topic> wanted) throws TopicsDisagree {
    TopicPlan plan = plan(wanted);
    if (!plan.conflicts().isEmpty()) {
      throw new TopicsDisagree(plan.conflicts());
    }
    Map<String, Topic> topics =
        wanted.stream().collect(Collectors.toMap(Topic::name, Function.identity()));
    List<Topic> missing =
        plan.missing().stream().map(change -> topics.get(change.topic())).toList();
    if (!create(missing)) {
      // Somebody else created one at the same time: it has to agree like any other.
      return apply(wanted);
    }
    alter(plan.configs());
    awaitVisible(wanted);
    awaitLeaders(missing);
    return plan;
  }

  private boolean create(List<Topic> missing) {
    try {
      Answers.await(
          admin
              .createTopics(
                  missing.stream()
                      .map(topic ->
                          new NewTopic(
                                  topic.name(), Optional.of(topic.partitions()), Optional.empty())
                              .configs(topic.configs()))
                      .toList())
              .all());
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  private void alter(List<TopicChange.ConfigDiffers> differing) {
    Map<ConfigResource, Collection<AlterConfigOp>> operations = new HashMap<>();
    for (TopicChange.ConfigDiffers config : differing) {
      operations
          .computeIfAbsent(resource(config.topic()), topic -> new ArrayList<>())
          .add(
              new AlterConfigOp(
                  new ConfigEntry(config.config(), config.wanted()), AlterConfigOp.OpType.SET));
    }
    Answers.await(admin.incrementalAlterConfigs(operations).all());
  }

  // The controller answers before every broker has replayed what it decided.
  private void awaitVisible(Collection<Topic> wanted) {
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT_NANOS;
    TopicPlan left = plan(wanted);
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "applied, but not seen yet: " + String.join("; ", left.text().lines().toList()));
      }
      LockSupport.parkNanos(VISIBLE_PAUSE_NANOS);
      left = plan(wanted);
    }
  }

  // A topic can be described before its leaders take records; only a leader tells its end.
  private void awaitLeaders(List<Topic> created) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (Topic topic : created) {
      for (int partition = 0; partition < topic.partitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    Answers.await(admin.listOffsets(ends).all());
  }

  private Map<String, TopicDescription> describe(Set<String> names) {
    return Answers.await(admin.describeTopics(names).allTopicNames());
  }

  private Map<String, Config> configs(Set<String> names) {
    Map<String, Config> configs = new HashMap<>();
    Answers.await(admin.describeConfigs(names.stream().map(ClusterTopics::resource).toList()).all())
        .forEach((resource, config) -> configs.put(resource.name(), config));
    return configs;
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }
}
