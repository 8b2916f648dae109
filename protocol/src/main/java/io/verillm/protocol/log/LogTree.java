package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerkleTree;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The log's whole tree, for who proves something from it: a reader of the log appends the records
 * of each sealed epoch in turn. 64 bytes and an index entry a record. Not safe for use by several
 * threads.
 */
public final class LogTree {
  private final MerkleTree tree = new MerkleTree();
  private final Map<Place, Integer> indexes = new HashMap<>();

  private record Place(LogPartition partition, long offset) {}

  /** Appends the records of the next epoch, in (topic, partition, offset) order. */
  public void append(EpochRecords records) {
    records
        .leaves()
        .forEach((partition, leaves) ->
            leaves.forEach(leaf -> {
              indexes.put(new Place(partition, leaf.offset()), tree.size());
              tree.append(Merkle.leafHash(leaf.recordHash()));
            }));
  }

  /** Number of records. */
  public long size() {
    return tree.size();
  }

  /** Whether the checkpoint is the head of this tree at its size. */
  public boolean agrees(Checkpoint checkpoint) {
    return checkpoint.size() <= tree.size()
        && tree.rootAt((int) checkpoint.size()).equals(checkpoint.root());
  }

  /** The index of a record; empty if it is not in the tree. */
  public Optional<Long> indexOf(LogPartition partition, long offset) {
    return Optional.ofNullable(indexes.get(new Place(partition, offset))).map(Integer::longValue);
  }

  /**
   * The proof that a record lies in the tree of the first {@code size} records.
   *
   * @throws IllegalArgumentException if it does not, or this tree is smaller
   */
  public InclusionProof inclusion(LogPartition partition, long offset, long size) {
    Integer index = indexes.get(new Place(partition, offset));
    if (index == null || index >= size || size > tree.size()) {
      throw new IllegalArgumentException(
          "%s offset %d is not among the first %d of %d sealed records"
              .formatted(partition, offset, size, tree.size()));
    }
    return new InclusionProof(index, tree.path(index, (int) size));
  }

  /**
   * The proof that the tree of {@code later} records begins with that of {@code earlier}.
   *
   * @throws IllegalArgumentException if the sizes do not ascend or this tree is smaller
   */
  public ConsistencyProof consistency(long earlier, long later) {
    if (earlier < 0 || earlier > later || later > tree.size()) {
      throw new IllegalArgumentException(
          "no proof from %d to %d in a tree of %d".formatted(earlier, later, tree.size()));
    }
    return new ConsistencyProof(tree.consistency((int) earlier, (int) later));
  }
}
