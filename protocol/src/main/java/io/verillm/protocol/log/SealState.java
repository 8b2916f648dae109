package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.MerkleFrontier;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything that the next seal is made from and checked against, besides the records themselves.
 *
 * @param chain what the next seal continues; its partitions are known
 * @param tree cumulative RFC 6962 tree over all sealed records
 */
public record SealState(SealChain chain, MerkleFrontier tree) {

  /** Before the first seal. */
  public static SealState start(Iterable<LogPartition> partitions) {
    return new SealState(SealChain.start(partitions), MerkleFrontier.empty());
  }

  /**
   * The seal that closes the next epoch over these records. A range ends one past its last record,
   * so that transaction markers behind it fall into the next range and every reader finds the same
   * end.
   *
   * <p>It has no checkpoint signature.
   *
   * @param timeMillis the sealer's clock; where it runs back, the last seal's time is repeated
   * @throws IllegalArgumentException if a record lies in no known partition or before the last end
   */
  public Seal seal(EpochRecords records, long timeMillis) {
    return seal(records, timeMillis, head -> new byte[0]);
  }

  /** As {@link #seal(EpochRecords, long)}, with the coordinator's signature of its checkpoint. */
  public Seal seal(EpochRecords records, long timeMillis, Signer coordinator) {
    String origin = Checkpoint.originOf(coordinator.publicKey());
    return seal(
        records,
        timeMillis,
        tree ->
            NoteKey.sign(coordinator, new Checkpoint(origin, tree.size(), tree.root()))
                .signature());
  }

  private Seal seal(
      EpochRecords records, long timeMillis, Function<MerkleFrontier, byte[]> signature) {
    Map<LogPartition, Long> newEnds = new HashMap<>();
    records
        .leaves()
        .forEach((partition, leaves) -> {
          if (!leaves.isEmpty()) {
            requireNext(partition, leaves.getFirst().offset());
            newEnds.put(partition, leaves.getLast().offset() + 1);
          }
        });
    MerkleFrontier grown = records.appendTo(tree);
    return new Seal(
        chain.nextEpoch(),
        Math.max(timeMillis, chain.timeMillis()),
        ByteBuffer.wrap(chain.previousHash().bytes()),
        chain.rangesUpTo(newEnds),
        grown.size(),
        ByteBuffer.wrap(grown.root().bytes()),
        Wire.buffers(grown.nodes()),
        ByteBuffer.wrap(signature.apply(grown)));
  }

  /**
   * The state behind a seal, from the seal alone.
   *
   * @return empty where the seal does not hold the nodes of its tree: those before version 2
   */
  public static Optional<SealState> behind(Seal seal, Hash sealHash) {
    try {
      MerkleFrontier tree =
          new MerkleFrontier(seal.getTreeSize(), Wire.hashes(seal.getTreeNodes()));
      return Bytes.hold(seal.getTreeRoot(), tree.root())
          ? Optional.of(new SealState(SealChain.behind(seal, sealHash), tree))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The state behind a seal that {@link SealCheck} or its maker knows to be sound. */
  SealState with(SealChain next, EpochRecords records) {
    return new SealState(next, records.appendTo(tree));
  }

  private void requireNext(LogPartition partition, long offset) {
    Long end = chain.ends().get(partition);
    if (end == null || offset < end) {
      throw new IllegalArgumentException(
          "%s offset %d cannot follow %s".formatted(partition, offset, end));
    }
  }
}
