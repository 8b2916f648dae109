package io.verillm.protocol.crypto;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The hashes of an RFC 6962 tree and the shapes of its perfect subtrees. */
public final class Merkle {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;
  private static final int NODE_BYTES = 1 + 2 * Hash.LENGTH;
  private static final Hash EMPTY_ROOT = new Hash(Hashing.digest().digest());

  private Merkle() {}

  /** {@code SHA-256(0x00, leaf)}. */
  public static Hash leafHash(byte[] leaf) {
    return leafHash(leaf, 0, leaf.length);
  }

  /** The leaf hash of a leaf that lies in an array. */
  public static Hash leafHash(byte[] source, int offset, int length) {
    MessageDigest sha = Hashing.digest();
    sha.update(LEAF);
    sha.update(source, offset, length);
    return Hash.owning(sha.digest());
  }

  /** The leaf hash of a leaf whose content is itself a hash. */
  public static Hash leafHash(Hash leaf) {
    return leafHash(leaf.unsafeBytes());
  }

  /** {@code SHA-256(0x01, left, right)}. */
  public static Hash nodeHash(Hash left, Hash right) {
    byte[] node = new byte[Hash.LENGTH];
    node(
        Hashing.digest(),
        new byte[NODE_BYTES],
        left.unsafeBytes(),
        0,
        right.unsafeBytes(),
        0,
        node);
    return Hash.owning(node);
  }

  /** In one piece, since a digest takes longer over each update than over a block. */
  private static void node(
      MessageDigest sha,
      byte[] whole,
      byte[] left,
      int leftAt,
      byte[] right,
      int rightAt,
      byte[] target) {
    whole[0] = NODE;
    System.arraycopy(left, leftAt, whole, 1, Hash.LENGTH);
    System.arraycopy(right, rightAt, whole, 1 + Hash.LENGTH, Hash.LENGTH);
    sha.update(whole);
    try {
      sha.digest(target, 0, Hash.LENGTH);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 has 32 bytes", e);
    }
  }

  /** The root of a tree without leaves: SHA-256 of nothing. */
  public static Hash emptyRoot() {
    return EMPTY_ROOT;
  }

  /** The root over leaf hashes. */
  public static Hash rootOf(List<Hash> leafHashes) {
    List<Hash> nodes = new ArrayList<>();
    Pair[] last = new Pair[Integer.SIZE];
    for (int i = 0; i < leafHashes.size(); i++) {
      Hash node = leafHashes.get(i);
      // As many perfect subtrees end here as the count has trailing ones.
      int level = 0;
      for (int bits = i; (bits & 1) == 1; bits >>= 1) {
        Hash left = nodes.removeLast();
        if (last[level] == null || !last[level].isOf(left, node)) {
          last[level] = new Pair(left, node, nodeHash(left, node));
        }
        node = last[level++].parent();
      }
      nodes.add(node);
    }
    return fold(nodes);
  }

  /** Two nodes and the one above them: leaves that are all the same hash once on each level. */
  private record Pair(Hash left, Hash right, Hash parent) {
    boolean isOf(Hash first, Hash second) {
      return left == first && right == second;
    }
  }

  /**
   * Whether {@code path} leads from the leaf hash at {@code index} to the root of a tree of {@code
   * size} leaves. False for any index, size or path that cannot be.
   */
  public static boolean verifyInclusion(
      Hash leafHash, long index, long size, MerklePath path, Hash root) {
    return rootFromPath(leafHash, index, size, path).filter(root::equals).isPresent();
  }

  /**
   * The root that {@code path} leads to (RFC 9162, 2.1.3.2); empty if no tree of {@code size}
   * leaves has such an index or a path of that length there.
   */
  public static Optional<Hash> rootFromPath(Hash leafHash, long index, long size, MerklePath path) {
    if (index < 0 || index >= size) {
      return Optional.empty();
    }
    long position = index;
    long last = size - 1;
    MessageDigest sha = Hashing.digest();
    byte[] whole = new byte[NODE_BYTES];
    byte[] node = leafHash.bytes();
    byte[] siblings = path.unsafeBytes();
    for (int at = 0; at < siblings.length; at += Hash.LENGTH) {
      if (last == 0) {
        return Optional.empty();
      }
      if ((position & 1) == 1 || position == last) {
        node(sha, whole, siblings, at, node, 0, node);
        while ((position & 1) == 0 && position != 0) {
          position >>>= 1;
          last >>>= 1;
        }
      } else {
        node(sha, whole, node, 0, siblings, at, node);
      }
      position >>>= 1;
      last >>>= 1;
    }
    return last == 0 ? Optional.of(Hash.owning(node)) : Optional.empty();
  }

  /**
   * Whether {@code path} proves that a tree of {@code later} leaves begins with one of {@code
   * earlier} (RFC 9162, 2.1.4.2). Every tree begins with the empty one and with itself, and the
   * path is then empty. False for any sizes or path that cannot be.
   */
  public static boolean verifyConsistency(
      long earlier, Hash earlierRoot, long later, Hash laterRoot, List<Hash> path) {
    if (earlier < 0 || earlier > later) {
      return false;
    }
    if (earlier == later) {
      return path.isEmpty() && earlierRoot.equals(laterRoot);
    }
    if (earlier == 0) {
      return path.isEmpty() && earlierRoot.equals(EMPTY_ROOT);
    }
    List<Hash> nodes = new ArrayList<>(path);
    if (Long.bitCount(earlier) == 1) {
      // A perfect earlier tree is itself the first node.
      nodes.addFirst(earlierRoot);
    }
    return foldConsistency(earlier, earlierRoot, later, laterRoot, nodes);
  }

  private static boolean foldConsistency(
      long earlier, Hash earlierRoot, long later, Hash laterRoot, List<Hash> nodes) {
    if (nodes.isEmpty()) {
      return false;
    }
    int shared = Long.numberOfTrailingZeros(~(earlier - 1));
    long position = (earlier - 1) >>> shared;
    long last = (later - 1) >>> shared;
    Hash first = nodes.getFirst();
    Hash second = first;
    for (Hash node : nodes.subList(1, nodes.size())) {
      if (last == 0) {
        return false;
      }
      if ((position & 1) == 1 || position == last) {
        first = nodeHash(node, first);
        second = nodeHash(node, second);
        while ((position & 1) == 0 && position != 0) {
          position >>>= 1;
          last >>>= 1;
        }
      } else {
        second = nodeHash(second, node);
      }
      position >>>= 1;
      last >>>= 1;
    }
    return last == 0 && first.equals(earlierRoot) && second.equals(laterRoot);
  }

  /**
   * The levels of the fewest perfect subtrees that cover leaves [start, end), from left to right;
   * level k holds 2^k leaves. The cover depends on start and end alone, so two parties' covers can
   * be compared node by node.
   */
  public static int[] coverLevels(long start, long end) {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("no range [" + start + ", " + end + ")");
    }
    int[] levels = new int[2 * Long.SIZE];
    int count = 0;
    for (long at = start; at < end; at += 1L << levels[count++]) {
      int aligned = at == 0 ? Long.SIZE - 2 : Long.numberOfTrailingZeros(at);
      int fitting = Long.SIZE - 1 - Long.numberOfLeadingZeros(end - at);
      levels[count] = Math.min(aligned, fitting);
    }
    return Arrays.copyOf(levels, count);
  }

  /** Folds the cover of [0, size) from the right into the root. */
  static Hash fold(List<Hash> cover) {
    if (cover.isEmpty()) {
      return EMPTY_ROOT;
    }
    List<Hash> nodes = new ArrayList<>(cover);
    Hash root = nodes.removeLast();
    while (!nodes.isEmpty()) {
      root = nodeHash(nodes.removeLast(), root);
    }
    return root;
  }
}
