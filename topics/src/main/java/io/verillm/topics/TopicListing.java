package io.verillm.topics;

import java.util.Map;

/**
 * One of our topics as a cluster has it.
 *
 * @param name full name
 * @param partitions its partitions
 * @param known whether the catalogue has a topic of this name
 * @param configs values of the configs that the catalogue sets, by Kafka's names
 */
public record TopicListing(
    String name, int partitions, boolean known, Map<String, String> configs) {
  /** Copies the configs. */
  public TopicListing {
    configs = Map.copyOf(configs);
  }
}
