package io.verillm.streams.audit;

import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an audit needs and an export holds: the sealed topics, the seals, and the balances. */
final class PublicTopics {
  private PublicTopics() {}

  static List<Topic> of(Catalogue catalogue) {
    List<Topic> topics = new ArrayList<>(catalogue.publicInputs());
    topics.add(catalogue.seals());
    topics.add(catalogue.balances());
    return topics;
  }

  static TreeSet<LogPartition> partitions(Catalogue catalogue) {
    TreeSet<LogPartition> partitions = new TreeSet<>();
    of(catalogue).stream().flatMap(PublicTopics::partitions).forEach(partitions::add);
    return partitions;
  }

  static Stream<LogPartition> partitions(Topic topic) {
    return IntStream.range(0, topic.partitions()).mapToObj(p -> new LogPartition(topic.name(), p));
  }
}
