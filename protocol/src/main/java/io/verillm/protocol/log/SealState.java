package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.MerkleFrontier;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

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
   * @param timeMillis the sealer's clock; where it runs back, the last seal's time is repeated
   * @throws IllegalArgumentException if a record lies in no known partition or before the last end
   */
  public Seal seal(EpochRecords records, long timeMillis) {
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
        ByteBuffer.wrap(grown.root().bytes()));
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
