package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Groups;
import io.verillm.topics.Role;
import io.verillm.topics.Topic;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * The catalogue for tools that are not Java: topics, internal topics, groups and transactions, with
 * the roles that use them. Terraform derives rights from it. What belongs to one worker is named
 * with {@value #WORKER_MARK} in the place of its id.
 *
 * @param format version of this form
 * @param shards partitions of the sharded topics
 * @param roles every role
 * @param topics topics of the catalogue, sorted by name
 * @param internalTopics what one program each keeps for itself, sorted by name
 * @param groups consumer groups with committed offsets
 * @param transactions transactional ids
 */
record CatalogueManifest(
    int format,
    int shards,
    List<String> roles,
    List<TopicEntry> topics,
    List<InternalTopic> internalTopics,
    List<Group> groups,
    List<Transactions> transactions) {
  static final String WORKER_MARK = "<worker>";

  private static final int FORMAT = 1;
  private static final String SOME_WORKER = "some-worker";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** One topic and who may do what to it. */
  record TopicEntry(
      String name,
      String key,
      int partitions,
      boolean sharded,
      boolean perWorker,
      Map<String, String> configs,
      List<String> events,
      List<String> writers,
      List<String> readers) {}

  /** A topic that its program would create where the cluster lets it. */
  record InternalTopic(String name, String role, int partitions, Map<String, String> configs) {}

  /** A consumer group, or where prefixed all that begin so, and the role that uses it. */
  record Group(String name, boolean prefixed, String role) {}

  /** A transactional id, or where prefixed all that begin so, and the role that uses it. */
  record Transactions(String name, boolean prefixed, String role) {}

  /** The manifest of a deployment with this catalogue. */
  static CatalogueManifest of(Catalogue catalogue) {
    return new CatalogueManifest(
        FORMAT,
        catalogue.shards(),
        names(List.of(Role.values())),
        catalogue.all(List.of(SOME_WORKER)).stream()
            .map(topic -> entry(catalogue, topic))
            .sorted(Comparator.comparing(TopicEntry::name))
            .toList(),
        catalogue.internal().stream()
            .map(CatalogueManifest::internal)
            .sorted(Comparator.comparing(InternalTopic::name))
            .toList(),
        List.of(
            new Group(Groups.COORDINATOR, false, name(Role.COORDINATOR)),
            new Group(Groups.LEDGER, false, name(Role.LEDGER)),
            new Group(Groups.SINK, true, name(Role.SINK)),
            new Group(
                Groups.worker(SOME_WORKER).replace(SOME_WORKER, WORKER_MARK),
                false,
                name(Role.WORKER))),
        List.of(
            new Transactions(Groups.COORDINATOR + "-", true, name(Role.COORDINATOR)),
            new Transactions(Groups.LEDGER + "-", true, name(Role.LEDGER)),
            new Transactions(Groups.SINK + "-", true, name(Role.SINK)),
            new Transactions(Groups.SEALER, false, name(Role.SEALER))));
  }

  /** As JSON, indented, with a line's end. */
  String json() {
    try {
      return MAPPER.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of names and numbers has a JSON form", e);
    }
  }

  private static TopicEntry entry(Catalogue catalogue, Topic topic) {
    String name = topic.name().replace(SOME_WORKER, WORKER_MARK);
    return new TopicEntry(
        name,
        topic.key().name().toLowerCase(Locale.ROOT),
        topic.partitions(),
        isSharded(catalogue, topic),
        name.contains(WORKER_MARK),
        new TreeMap<>(topic.configs()),
        topic.events().stream().map(Schema::getName).sorted().toList(),
        names(topic.writers()),
        names(topic.readers()));
  }

  /** Another number of shards changes the partitions of sharded topics alone. */
  private static boolean isSharded(Catalogue catalogue, Topic topic) {
    Catalogue other = Catalogue.of(catalogue.shards() == 1 ? 2 : 1);
    return other.byName(topic.name()).orElseThrow().partitions() != topic.partitions();
  }

  private static InternalTopic internal(Topic topic) {
    String role = names(topic.writers()).getFirst();
    return new InternalTopic(
        topic.name(), role, topic.partitions(), new TreeMap<>(topic.configs()));
  }

  private static List<String> names(Collection<Role> roles) {
    return roles.stream().map(CatalogueManifest::name).sorted().toList();
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
