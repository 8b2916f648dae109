package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerkleFrontier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records of one epoch, by partition.
 *
 * @param leaves ascending by offset in each partition; a partition without records may be absent
 */
public record EpochRecords(SortedMap<LogPartition, List<LogLeaf>> leaves) {

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if offsets do not ascend in a partition
   */
  public EpochRecords {
    SortedMap<LogPartition, List<LogLeaf>> copy = new TreeMap<>();
    leaves.forEach((partition, list) -> copy.put(partition, ascending(partition, list)));
    leaves = Collections.unmodifiableSortedMap(copy);
  }

  /** As the canonical constructor, from any map. */
  public static EpochRecords of(Map<LogPartition, List<LogLeaf>> leaves) {
    return new EpochRecords(new TreeMap<>(leaves));
  }

  /** No record in any partition. */
  public static EpochRecords none() {
    return new EpochRecords(Collections.emptySortedMap());
  }

  /** The records of one partition, ascending by offset. */
  public List<LogLeaf> in(LogPartition partition) {
    return leaves.getOrDefault(partition, List.of());
  }

  /** The tree after these records in (topic, partition, offset) order. */
  MerkleFrontier appendTo(MerkleFrontier tree) {
    List<Hash> hashes = new ArrayList<>();
    for (List<LogLeaf> list : leaves.values()) {
      for (LogLeaf leaf : list) {
        hashes.add(Merkle.leafHash(leaf.recordHash()));
      }
    }
    return tree.append(hashes);
  }

  private static List<LogLeaf> ascending(LogPartition partition, List<LogLeaf> list) {
    List<LogLeaf> copy = List.copyOf(new ArrayList<>(list));
    for (int i = 1; i < copy.size(); i++) {
      if (copy.get(i).offset() <= copy.get(i - 1).offset()) {
        throw new IllegalArgumentException(
            "%s: offset %d behind %d"
                .formatted(partition, copy.get(i).offset(), copy.get(i - 1).offset()));
      }
    }
    return copy;
  }
}
