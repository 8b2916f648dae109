package io.verillm.streams.tables;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** Rows of many records and how far they reach: what one transaction writes. */
final class TableBatch {
  private final SortedMap<String, List<List<Object>>> rows = new TreeMap<>();
  private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();

  /**
   * Where a row comes from.
   *
   * @param source topic and partition
   * @param offset offset of the record
   * @param timeMillis the record's time
   */
  record Origin(TopicPartition source, long offset, long timeMillis) {
    private LocalDateTime time() {
      return LocalDateTime.ofEpochSecond(
          Math.floorDiv(timeMillis, 1_000L),
          (int) Math.floorMod(timeMillis, 1_000L) * 1_000_000,
          ZoneOffset.UTC);
    }
  }

  /** Adds a row to a log table: partition, offset and time, then the values. */
  void add(String table, Origin origin, Object... values) {
    List<Object> row = new ArrayList<>(values.length + 3);
    row.add(origin.source().partition());
    row.add(origin.offset());
    row.add(origin.time());
    row.addAll(Arrays.asList(values));
    rows.computeIfAbsent(table, absent -> new ArrayList<>()).add(row);
  }

  /** Notes that the record has been dealt with, whether it gave rows or not. */
  void passed(Origin origin) {
    nextOffsets.merge(origin.source(), origin.offset() + 1, Math::max);
  }

  SortedMap<String, List<List<Object>>> rows() {
    return rows;
  }

  Map<TopicPartition, Long> nextOffsets() {
    return nextOffsets;
  }
}
