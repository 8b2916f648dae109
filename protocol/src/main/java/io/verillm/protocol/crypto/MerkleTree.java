package io.verillm.protocol.crypto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An append-only RFC 6962 tree that keeps every perfect subtree's hash: 64 bytes a leaf. It answers
 * for every earlier size as well, because an earlier tree's perfect subtrees stay where they are.
 * Not safe for use by several threads.
 */
public final class MerkleTree {

  private final List<Level> levels = new ArrayList<>();
  private int size;

  /** Hashes of one level's perfect subtrees, side by side. */
  private static final class Level {
    private byte[] hashes = new byte[8 * Hash.LENGTH];
    private int count;

    void add(Hash hash) {
      int offset = count * Hash.LENGTH;
      if (offset == hashes.length) {
        hashes = Arrays.copyOf(hashes, Math.multiplyExact(hashes.length, 2));
      }
      System.arraycopy(hash.unsafeBytes(), 0, hashes, offset, Hash.LENGTH);
      count++;
    }

    Hash get(int index) {
      return Hash.at(hashes, index * Hash.LENGTH);
    }
  }

  /** Appends a leaf by its leaf hash ({@link Merkle#leafHash}). */
  public void append(Hash leafHash) {
    Hash node = leafHash;
    int index = size;
    level(0).add(node);
    for (int level = 0; (index & 1) == 1; level++, index >>= 1) {
      node = Merkle.nodeHash(levels.get(level).get(index - 1), node);
      level(level + 1).add(node);
    }
    size++;
  }

  private Level level(int number) {
    if (number == levels.size()) {
      levels.add(new Level());
    }
    return levels.get(number);
  }

  /** Number of leaves. */
  public int size() {
    return size;
  }

  /** The root over all leaves. */
  public Hash root() {
    return rootAt(size);
  }

  /** The root over the first {@code size} leaves. */
  public Hash rootAt(int size) {
    return Merkle.fold(cover(0, size));
  }

  /** The leaf hash at {@code index}. */
  public Hash leaf(int index) {
    require(0, index, index + 1);
    return levels.getFirst().get(index);
  }

  /** The nodes covering [start, end), as {@link Merkle#coverLevels} shapes them. */
  public List<Hash> cover(int start, int end) {
    require(start, end, end);
    List<Hash> nodes = new ArrayList<>();
    int at = start;
    for (int level : Merkle.coverLevels(start, end)) {
      nodes.add(levels.get(level).get(at >> level));
      at += 1 << level;
    }
    return List.copyOf(nodes);
  }

  /** The inclusion path of leaf {@code index} in the tree of all leaves, from the leaf upwards. */
  public List<Hash> path(int index) {
    return path(index, size);
  }

  /** The inclusion path of leaf {@code index} in the tree of the first {@code size} leaves. */
  public List<Hash> path(int index, int size) {
    require(index, index + 1, size);
    List<Hash> path = new ArrayList<>();
    for (int level = 0; size - 1 >> level > 0; level++) {
      int sibling = index >> level ^ 1;
      int start = sibling << level;
      // Behind the tree's end lies nothing, across it a subtree that is not perfect.
      if (start < size) {
        path.add(
            size - start >> level > 0
                ? levels.get(level).get(sibling)
                : Merkle.fold(cover(start, size)));
      }
    }
    return List.copyOf(path);
  }

  /**
   * The consistency path from the tree of the first {@code earlier} leaves to that of the first
   * {@code later} (RFC 9162, 2.1.4.1); empty where there is nothing to prove.
   */
  public List<Hash> consistency(int earlier, int later) {
    require(0, earlier, later);
    if (earlier == 0 || earlier == later) {
      return List.of();
    }
    List<Hash> path = new ArrayList<>();
    int start = 0;
    int end = later;
    // Whether what is left of the earlier tree is a whole subtree that the verifier knows.
    boolean known = true;
    while (earlier != end) {
      int split = start + Integer.highestOneBit(end - start - 1);
      if (earlier <= split) {
        path.add(Merkle.fold(cover(split, end)));
        end = split;
      } else {
        path.add(Merkle.fold(cover(start, split)));
        start = split;
        known = false;
      }
    }
    if (!known) {
      path.add(Merkle.fold(cover(start, end)));
    }
    return List.copyOf(path.reversed());
  }

  /**
   * The nodes of [start, end) together with what proves them against the root over {@code size}
   * leaves.
   */
  public MerkleRange range(int start, int end, int size) {
    require(start, end, size);
    return new MerkleRange(start, end, size, cover(0, start), cover(start, end), cover(end, size));
  }

  private void require(int start, int end, int size) {
    if (start < 0 || start > end || end > size || size > this.size) {
      throw new IllegalArgumentException(
          "[%d, %d) of %d leaves does not lie in a tree of %d"
              .formatted(start, end, size, this.size));
    }
  }
}
