package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import io.verillm.topics.SignedRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A log in memory. */
final class MemoryRecords implements RecordSource {
  private static final long TIMESTAMP_MILLIS = 1_760_000_000_000L;

  private final int shards;
  private final SortedMap<LogPartition, List<SignedRecord>> log;

  MemoryRecords(int shards, Map<LogPartition, List<SignedRecord>> log) {
    this.shards = shards;
    this.log = new TreeMap<>();
    log.forEach((partition, records) -> this.log.put(partition, new ArrayList<>(records)));
  }

  /** Another log in which one record is another one, or gone where the change gives null. */
  MemoryRecords with(SignedRecord victim, UnaryOperator<SignedRecord> change) {
    MemoryRecords changed = new MemoryRecords(shards, log);
    List<SignedRecord> records =
        changed.log.get(new LogPartition(victim.topic(), victim.partition()));
    int index = records.indexOf(victim);
    SignedRecord replacement = change.apply(victim);
    if (replacement == null) {
      records.remove(index);
    } else {
      records.set(index, replacement);
    }
    return changed;
  }

  List<SignedRecord> all() {
    return log.values().stream().flatMap(List::stream).toList();
  }

  List<SignedRecord> of(String topic) {
    return all().stream().filter(record -> record.topic().equals(topic)).toList();
  }

  @Override
  public SortedSet<LogPartition> partitions() {
    return PublicTopics.partitions(Catalogue.of(shards));
  }

  @Override
  public int shards() {
    return shards;
  }

  @Override
  public void read(LogPartition partition, Sink sink) {
    log.getOrDefault(partition, List.of()).forEach(record -> sink.record(kafka(record)));
  }

  private static ConsumerRecord<byte[], byte[]> kafka(SignedRecord record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        TIMESTAMP_MILLIS + record.offset(),
        TimestampType.CREATE_TIME,
        record.key().length,
        record.value().length,
        record.key(),
        record.value(),
        new RecordHeaders(SignedRecords.headers(record)),
        Optional.empty());
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
