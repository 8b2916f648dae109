package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import java.util.List;

/**
 * That the tree of a later checkpoint begins with the tree of an earlier one (RFC 6962, 2.1.2): no
 * record that was sealed then has gone or changed since.
 *
 * @param path the proof's nodes, as RFC 9162, 2.1.4.1 orders them; empty for equal sizes and for an
 *     empty earlier tree
 */
public record ConsistencyProof(List<Hash> path) {

  /** Copies the path. */
  public ConsistencyProof {
    path = List.copyOf(path);
  }

  /** Whether it proves that; false for checkpoints of two logs. */
  public boolean verify(Checkpoint earlier, Checkpoint later) {
    return earlier.origin().equals(later.origin())
        && Merkle.verifyConsistency(
            earlier.size(), earlier.root(), later.size(), later.root(), path);
  }
}
