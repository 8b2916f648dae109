package io.verillm.topics;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * One topic: everything from which its creation, access rules and documentation follow.
 *
 * @param name full name
 * @param key what its keys are
 * @param partitions number of partitions
 * @param retention how long records are kept
 * @param recordBytesMax most bytes of one event's value
 * @param writers who may write, and so whose signature counts here
 * @param readers who reads
 * @param events schemas of its events; empty where values are no events
 */
public record Topic(
    String name,
    TopicKey key,
    int partitions,
    Retention retention,
    int recordBytesMax,
    Set<Role> writers,
    Set<Role> readers,
    List<Schema> events) {

  /** Room for key, headers and batch header beside a value, in bytes. */
  public static final int RECORD_OVERHEAD_BYTES = 64 * 1024;

  /** Copies the collections. */
  public Topic {
    if (partitions < 1) {
      throw new IllegalArgumentException(name + " needs a partition, not " + partitions);
    }
    writers = Set.copyOf(writers);
    readers = Set.copyOf(readers);
    events = List.copyOf(events);
  }

  /** The topic configs that creation sets and a plan compares, by Kafka's names. */
  public Map<String, String> configs() {
    Map<String, String> configs = new TreeMap<>(retention.configs());
    configs.put("max.message.bytes", Integer.toString(recordBytesMax + RECORD_OVERHEAD_BYTES));
    // Kafka compares a batch as it is stored: compressed, a far larger record would pass.
    configs.put("compression.type", "uncompressed");
    return Map.copyOf(configs);
  }

  /** Whether events of this schema (by full name) belong here. */
  public boolean holds(Schema event) {
    return events.stream().anyMatch(schema -> schema.getFullName().equals(event.getFullName()));
  }

  @Override
  public String toString() {
    return name;
  }
}
