package io.verillm.protocol.crypto;

import java.util.ArrayList;
import java.util.List;

/**
 * The perfect subtrees covering leaves [start, end) of an RFC 6962 tree, with the rest of the tree
 * that proves them. Two traces agree on a segment exactly if their {@code nodes} are equal for the
 * same start and end.
 *
 * @param start first leaf of the range
 * @param end one past the range's last leaf
 * @param size leaves of the whole tree
 * @param before cover of [0, start)
 * @param nodes cover of [start, end)
 * @param after cover of [end, size)
 */
public record MerkleRange(
    long start, long end, long size, List<Hash> before, List<Hash> nodes, List<Hash> after) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the range does not lie in the tree
   */
  public MerkleRange {
    if (start < 0 || start > end || end > size) {
      throw new IllegalArgumentException(
          "[%d, %d) does not lie in a tree of %d leaves".formatted(start, end, size));
    }
    before = List.copyOf(before);
    nodes = List.copyOf(nodes);
    after = List.copyOf(after);
  }

  /**
   * Whether all nodes together make up the tree with this root; false also for a wrong number of
   * nodes.
   */
  public boolean verify(Hash root) {
    List<Hash> all = new ArrayList<>(before);
    all.addAll(nodes);
    all.addAll(after);
    int[] left = Merkle.coverLevels(0, start);
    int[] middle = Merkle.coverLevels(start, end);
    int[] right = Merkle.coverLevels(end, size);
    if (left.length != before.size()
        || middle.length != nodes.size()
        || right.length != after.size()) {
      return false;
    }
    MerkleFrontier frontier = MerkleFrontier.empty();
    int next = 0;
    for (int[] levels : List.of(left, middle, right)) {
      for (int level : levels) {
        frontier = frontier.append(level, all.get(next++));
      }
    }
    return frontier.root().equals(root);
  }
}
