package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerklePath;
import java.util.Base64;
import java.util.List;

/**
 * That a record is the leaf at one index of a checkpoint's tree (RFC 6962, 2.1.1). Whoever trusts
 * the checkpoint needs nothing else of the log.
 *
 * @param index the leaf's index, from 0
 * @param path sibling hashes, from the leaf upwards
 */
public record InclusionProof(long index, List<Hash> path) {
  private static final String HEADER = "c2sp.org/tlog-proof@v1";

  /** Copies the path. */
  public InclusionProof {
    path = List.copyOf(path);
  }

  /**
   * Whether the record is that leaf; false for an index, size or path that cannot be.
   *
   * @param recordHash {@link io.verillm.protocol.event.SignedRecord#recordHash}
   */
  public boolean verify(Hash recordHash, Checkpoint checkpoint) {
    return Merkle.verifyInclusion(
        Merkle.leafHash(recordHash),
        index,
        checkpoint.size(),
        MerklePath.of(path),
        checkpoint.root());
  }

  /** The proof and its checkpoint as C2SP tlog-proof writes them. */
  public String text(SignedCheckpoint checkpoint) {
    StringBuilder text = new StringBuilder(HEADER).append("\nindex ").append(index).append('\n');
    path.forEach(
        node -> text.append(Base64.getEncoder().encodeToString(node.bytes())).append('\n'));
    return text.append('\n').append(checkpoint.text()).toString();
  }
}
