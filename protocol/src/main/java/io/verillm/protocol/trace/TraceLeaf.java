package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerkleTree;
import java.util.ArrayList;
import java.util.List;

/**
 * One leaf of a trace: {@code H("leaf", modelId, profile, t, tokenId, rowsRoot)}. It names no task
 * and no role, so that equal computations have equal roots.
 *
 * @param position absolute position t
 * @param tokenId the token fed at t
 * @param rowsRoot root of the RFC 6962 tree whose leaves are the rows' bytes in boundary order
 */
public record TraceLeaf(int position, int tokenId, Hash rowsRoot) {

  /** Refuses negative positions and ids. */
  public TraceLeaf {
    if (position < 0 || tokenId < 0) {
      throw new IllegalArgumentException(
          "no leaf at position %d with token %d".formatted(position, tokenId));
    }
  }

  /** The leaf hash as the trace's tree takes it. */
  public Hash leafHash(TraceShape shape) {
    return Merkle.leafHash(
        HashInput.of("leaf")
            .add(shape.modelId())
            .add(shape.profile().id())
            .add(position)
            .add(tokenId)
            .add(rowsRoot)
            .hash());
  }

  /** Root over the rows of one position, which lie one after the other. */
  static Hash rowsRoot(TraceShape shape, byte[] rows) {
    return Merkle.rootOf(rowLeaves(shape, rows));
  }

  /** The tree under it. */
  static MerkleTree rowsTree(TraceShape shape, byte[] rows) {
    MerkleTree tree = new MerkleTree();
    rowLeaves(shape, rows).forEach(tree::append);
    return tree;
  }

  private static List<Hash> rowLeaves(TraceShape shape, byte[] rows) {
    List<Hash> leaves = new ArrayList<>(shape.boundaries());
    for (int offset = 0; offset < rows.length; offset += shape.rowBytes()) {
      leaves.add(Merkle.leafHash(rows, offset, shape.rowBytes()));
    }
    return leaves;
  }
}
