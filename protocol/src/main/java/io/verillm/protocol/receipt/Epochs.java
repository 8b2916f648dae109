package io.verillm.protocol.receipt;

import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerkleTree;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.LogPartition;
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

  /** The log's tree up to an epoch, and the leaves of its records. */
  Leaves leaves(long epoch, SealedLog log) {
    Leaves leaves = new Leaves();
    Map<LogPartition, List<SignedRecord>> read = new HashMap<>();
    Map<LogPartition, Integer> next = new HashMap<>();
    for (Seal seal : seals.headMap(epoch, true).values()) {
      for (SealedRange range : seal.getRanges()) {
        LogPartition partition = new LogPartition(range.getTopic(), range.getPartition());
        List<SignedRecord> records =
            read.computeIfAbsent(partition, p -> log.records(p.topic(), p.partition()));
        int at = next.getOrDefault(partition, 0);
        for (; at < records.size() && records.get(at).offset() < range.getEnd(); at++) {
          leaves.add(records.get(at));
        }
        next.put(partition, at);
      }
    }
    return leaves;
  }

  /** The log's tree, with the leaf of every record. */
  static final class Leaves {
    private final MerkleTree tree = new MerkleTree();
    private final Map<Place, Integer> indexes = new HashMap<>();

    private record Place(String topic, int partition, long offset) {}

    private static Place place(SignedRecord r) {
      return new Place(r.topic(), r.partition(), r.offset());
    }

    private void add(SignedRecord record) {
      indexes.put(place(record), tree.size());
      tree.append(Merkle.leafHash(record.recordHash()));
    }

    int of(SignedRecord record) {
      return indexes.get(place(record));
    }

    MerkleTree tree() {
      return tree;
    }
  }
}
