package io.verillm.streams.coordinator;

import io.verillm.events.SealedRange;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.shard.Inbox;
import io.verillm.protocol.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The shard's own copy of its public partitions, by topic and offset. It grows with the log: from
 * it the deciding state is rebuilt when a task moves or restarts.
 */
final class ShardLog implements Inbox {
  private final KeyValueStore<Bytes, byte[]> store;
  private final String spine;

  ShardLog(KeyValueStore<Bytes, byte[]> store, String spine) {
    this.store = store;
    this.spine = spine;
  }

  void add(SignedRecord record) {
    store.put(key(record.topic(), record.offset()), RecordBytes.write(record));
  }

  /** The first spine record at or behind an offset. */
  Optional<SignedRecord> nextSpine(long offset) {
    try (KeyValueIterator<Bytes, byte[]> found =
        store.range(key(spine, offset), key(spine, Long.MAX_VALUE))) {
      return found.hasNext() ? Optional.of(RecordBytes.read(found.next().value)) : Optional.empty();
    }
  }

  /** Whether the last record of every range has arrived; those before it then have too. */
  boolean holds(List<SealedRange> ranges) {
    return ranges.stream()
        .filter(r -> r.getEnd() > r.getStart())
        .allMatch(r -> store.get(key(r.getTopic(), r.getEnd() - 1)) != null);
  }

  @Override
  public List<SignedRecord> records(String topic, long start, long end) {
    List<SignedRecord> records = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> found =
        store.range(key(topic, start), key(topic, end - 1))) {
      while (found.hasNext()) {
        records.add(RecordBytes.read(found.next().value));
      }
    }
    if (records.isEmpty() || records.getLast().offset() != end - 1) {
      throw new IllegalStateException("%s [%d, %d) has not arrived".formatted(topic, start, end));
    }
    return records;
  }

  /** Applies everything before an offset again, without effects. */
  void replay(Shard shard, long end) {
    Optional<SignedRecord> next = nextSpine(0);
    while (next.isPresent() && next.get().offset() < end) {
      shard.apply(next.get(), this);
      next = nextSpine(next.get().offset() + 1);
    }
  }

  private static Bytes key(String topic, long offset) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 1 + Long.BYTES)
            .put(name)
            .put((byte) 0)
            .putLong(offset)
            .array());
  }
}
