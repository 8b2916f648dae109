package io.verillm.protocol.crypto;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be kept of an RFC 6962 tree to go on appending: its size and the cover of [0, size), at
 * most 63 hashes.
 *
 * @param size number of leaves
 * @param nodes hashes of the perfect subtrees, largest (leftmost) first, one for each set bit of
 *     the size
 */
public record MerkleFrontier(long size, List<Hash> nodes) {

  private static final MerkleFrontier EMPTY = new MerkleFrontier(0, List.of());

  /**
   * Copies the nodes.
   *
   * @throws IllegalArgumentException if their number does not fit the size
   */
  public MerkleFrontier {
    if (size < 0 || Long.bitCount(size) != nodes.size()) {
      throw new IllegalArgumentException(
          "a tree of %d leaves has not %d nodes".formatted(size, nodes.size()));
    }
    nodes = List.copyOf(nodes);
  }

  /** The tree without leaves. */
  public static MerkleFrontier empty() {
    return EMPTY;
  }

  /** Appends one leaf by its leaf hash ({@link Merkle#leafHash}). */
  public MerkleFrontier append(Hash leafHash) {
    return append(0, leafHash);
  }

  /** Appends leaves by their leaf hashes, in order. */
  public MerkleFrontier append(List<Hash> leafHashes) {
    List<Hash> kept = new ArrayList<>(nodes);
    long grown = size;
    for (Hash leafHash : leafHashes) {
      append(kept, grown++, leafHash);
    }
    return new MerkleFrontier(grown, kept);
  }

  /**
   * Appends a perfect subtree of 2^level leaves by its hash.
   *
   * @throws IllegalArgumentException if the size is not a multiple of 2^level, or would overflow
   */
  public MerkleFrontier append(int level, Hash subtree) {
    if (level < 0 || level > 62 || Long.numberOfTrailingZeros(size) < level) {
      throw new IllegalArgumentException(
          "no subtree of level %d can follow %d leaves".formatted(level, size));
    }
    List<Hash> kept = new ArrayList<>(nodes);
    append(kept, size >>> level, subtree);
    return new MerkleFrontier(Math.addExact(size, 1L << level), kept);
  }

  /** Appends one node to others of its level; {@code count} of them came before it. */
  private static void append(List<Hash> nodes, long count, Hash added) {
    Hash node = added;
    for (long bits = count; (bits & 1) == 1; bits >>>= 1) {
      node = Merkle.nodeHash(nodes.removeLast(), node);
    }
    nodes.add(node);
  }

  /** The root over all leaves. */
  public Hash root() {
    return Merkle.fold(nodes);
  }

  /** The size (8 bytes, big endian), then the nodes. */
  public byte[] bytes() {
    ByteBuffer encoded = ByteBuffer.allocate(Long.BYTES + nodes.size() * Hash.LENGTH);
    encoded.putLong(size);
    nodes.forEach(node -> encoded.put(node.unsafeBytes()));
    return encoded.array();
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws IllegalArgumentException if the length does not fit the size
   */
  public static MerkleFrontier fromBytes(byte[] encoded) {
    if (encoded.length < Long.BYTES || (encoded.length - Long.BYTES) % Hash.LENGTH != 0) {
      throw new IllegalArgumentException("no frontier has " + encoded.length + " bytes");
    }
    List<Hash> nodes = new ArrayList<>();
    for (int offset = Long.BYTES; offset < encoded.length; offset += Hash.LENGTH) {
      nodes.add(Hash.at(encoded, offset));
    }
    return new MerkleFrontier(ByteBuffer.wrap(encoded).getLong(), nodes);
  }
}
