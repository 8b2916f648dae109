package io.verillm.topics;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is no event: schemas, refused records, and what the Streams apps keep.
 *
 * @param schemas every schema by fingerprint: values are schemas as JSON, not events
 * @param changelogs what the Streams apps restore their stores from; made beforehand, because an
 *     app may create no topic
 * @param sinkControl by which the Iceberg sink's tasks agree on commits: values are the sink's own
 * @param deadLetters records that did not count, with the reason in their headers
 */
record ServiceTopics(Topic schemas, Topic deadLetters, List<Topic> changelogs, Topic sinkControl) {
  static ServiceTopics of(int shards) {
    return new ServiceTopics(
        TopicDraft.single("schemas", TopicKey.FINGERPRINT)
            .kept(Retention.COMPACT)
            .from(Role.COORDINATOR)
            .of(),
        TopicDraft.single("dead-letters", TopicKey.ORIGIN)
            .kept(Retention.WEEKS)
            .bytes(TopicLimits.OPENING_BYTES_MAX + Topic.RECORD_OVERHEAD_BYTES)
            .from(Role.WORKER, Role.COORDINATOR, Role.SEALER, Role.LEDGER, Role.WITNESS)
            .to(Role.OPERATOR, Role.ANALYST)
            .of(),
        List.of(
            TopicDraft.changelog(Groups.COORDINATOR, "shard-log", shards, Role.COORDINATOR),
            TopicDraft.changelog(Groups.COORDINATOR, "private", shards, Role.COORDINATOR),
            TopicDraft.changelog(Groups.LEDGER, "ledger-state", 1, Role.LEDGER)),
        TopicDraft.internal(Groups.SINK + "-control", 1, Role.SINK)
            .kept(Retention.SHORT)
            .bytes(TopicLimits.MEDIUM_BYTES_MAX)
            .of());
  }

  /** Without the internal topics, which are nobody's but one program's. */
  List<Topic> all() {
    return List.of(schemas, deadLetters);
  }

  /** Read and written by one program each. */
  List<Topic> internal() {
    return Stream.concat(changelogs.stream(), Stream.of(sinkControl)).toList();
  }
}
