package io.verillm.protocol.receipt;

import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.LogTree;
import io.verillm.protocol.log.SealCheck;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The closed epochs of one shard's spine, and where they put the log's records. */
final class Epochs {
  private final NavigableMap<Long, SignedRecord> closed = new TreeMap<>();
  private final NavigableMap<Long, Seal> seals = new TreeMap<>();

  /** Of each partition, the ends of ranges with the first epoch that seals up to there. */
  private final Map<LogPartition, NavigableMap<Long, Long>> ends = new HashMap<>();

  /** Takes the next closed epoch; one that does not follow the last is no honest log's. */
  void add(SignedRecord record, EpochClosed event) {
    SealCheck.decode(Wire.bytes(event.getSeal()))
        .sound()
        .filter(seal -> seal.getEpoch() == seals.size())
        .ifPresent(seal -> {
          closed.put(seal.getEpoch(), record);
          seals.put(seal.getEpoch(), seal);
          seal.getRanges().forEach(range -> end(range, seal.getEpoch()));
        });
  }

  private void end(SealedRange range, long epoch) {
    ends.computeIfAbsent(
            new LogPartition(range.getTopic(), range.getPartition()), p -> new TreeMap<>())
        .putIfAbsent(range.getEnd(), epoch);
  }

  /** Leaves of the tree that an epoch seals. */
  long treeSize(long epoch) {
    return seals.get(epoch).getTreeSize();
  }

  /** The record that closes an epoch. */
  SignedRecord record(long epoch) {
    return closed.get(epoch);
  }

  /** The epoch whose seal covers a record; empty where none does yet. */
  Optional<Long> of(SignedRecord record) {
    Map.Entry<Long, Long> end =
        ends.getOrDefault(
                new LogPartition(record.topic(), record.partition()),
                Collections.emptyNavigableMap())
            .higherEntry(record.offset());
    return Optional.ofNullable(end).map(Map.Entry::getValue);
  }

  /** The last epoch before another in which the seal covers journal entries of a shard. */
  Optional<Long> lastSpoken(long before, String journal, int shard) {
    return seals.headMap(before, false).descendingMap().entrySet().stream()
        .filter(e -> speaks(e.getValue(), journal, shard))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether a seal covers journal entries of a shard: the coordinator was not silent. */
  static boolean speaks(Seal seal, String journal, int shard) {
    return seal.getRanges().stream()
        .filter(r -> r.getTopic().equals(journal) && r.getPartition() == shard)
        .allMatch(r -> r.getEnd() > r.getStart());
  }

  /** The log's tree up to an epoch. */
  LogTree tree(long epoch, SealedLog log) {
    LogTree tree = new LogTree();
    Map<LogPartition, List<SignedRecord>> read = new HashMap<>();
    Map<LogPartition, Integer> next = new HashMap<>();
    for (Seal seal : seals.headMap(epoch, true).values()) {
      Map<LogPartition, List<LogLeaf>> leaves = new HashMap<>();
      for (SealedRange range : seal.getRanges()) {
        LogPartition partition = new LogPartition(range.getTopic(), range.getPartition());
        List<SignedRecord> records =
            read.computeIfAbsent(partition, p -> log.records(p.topic(), p.partition()));
        int from = next.getOrDefault(partition, 0);
        int to = from;
        while (to < records.size() && records.get(to).offset() < range.getEnd()) {
          to++;
        }
        leaves.put(partition, records.subList(from, to).stream().map(LogLeaf::of).toList());
        next.put(partition, to);
      }
      tree.append(EpochRecords.of(leaves));
    }
    return tree;
  }
}
