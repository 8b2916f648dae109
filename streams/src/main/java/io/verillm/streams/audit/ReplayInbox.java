package io.verillm.streams.audit;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.shard.Inbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One shard's sealed records in memory. */
final class ReplayInbox implements Inbox {
  private final Map<String, NavigableMap<Long, SignedRecord>> topics = new HashMap<>();

  void add(SignedRecord record) {
    topics.computeIfAbsent(record.topic(), t -> new TreeMap<>()).put(record.offset(), record);
  }

  @Override
  public List<SignedRecord> records(String topic, long start, long end) {
    List<SignedRecord> records =
        new ArrayList<>(
            topics.getOrDefault(topic, new TreeMap<>()).subMap(start, true, end, false).values());
    if (records.isEmpty() || records.getLast().offset() != end - 1) {
      throw new IllegalStateException(
          "%s [%d, %d) does not lie on the log".formatted(topic, start, end));
    }
    return records;
  }
}
