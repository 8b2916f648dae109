package io.verillm.topics;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/** A topic being described: public, kept for ever and of small records unless said otherwise. */
final class TopicDraft {
  private final String name;
  private final TopicKey key;
  private final int partitions;
  private Retention retention = Retention.FOR_EVER;
  private int bytes = TopicLimits.SMALL_BYTES_MAX;
  private Set<Role> writers = EnumSet.noneOf(Role.class);
  private Set<Role> readers = Role.everybody();

  private TopicDraft(String name, TopicKey key, int partitions) {
    this.name = name;
    this.key = key;
    this.partitions = partitions;
  }

  /** One partition for each shard. */
  static TopicDraft sharded(String name, TopicKey key, int shards) {
    return new TopicDraft(Catalogue.named(name), key, shards);
  }

  /** One partition. */
  static TopicDraft single(String name, TopicKey key) {
    return new TopicDraft(Catalogue.named(name), key, 1);
  }

  /** What a Streams app keeps of its store: read and written by that app alone. */
  static Topic changelog(String group, String store, int partitions, Role owner) {
    return internal(group + "-" + store + "-changelog", partitions, owner)
        .kept(Retention.COMPACT)
        .bytes(TopicLimits.OPENING_BYTES_MAX + Topic.RECORD_OVERHEAD_BYTES)
        .of();
  }

  /** What one program keeps for itself. */
  static TopicDraft internal(String name, int partitions, Role owner) {
    return new TopicDraft(name, TopicKey.STATE, partitions).from(owner).to(owner);
  }

  TopicDraft kept(Retention retention) {
    this.retention = retention;
    return this;
  }

  TopicDraft bytes(int bytes) {
    this.bytes = bytes;
    return this;
  }

  TopicDraft from(Role first, Role... others) {
    this.writers = EnumSet.of(first, others);
    return this;
  }

  TopicDraft to(Role first, Role... others) {
    this.readers = EnumSet.of(first, others);
    return this;
  }

  Topic of(Schema... events) {
    return new Topic(name, key, partitions, retention, bytes, writers, readers, List.of(events));
  }
}
