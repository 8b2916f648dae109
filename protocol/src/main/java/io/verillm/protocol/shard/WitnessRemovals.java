package io.verillm.protocol.shard;

import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.RemovalCheck;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removals of witnesses from the next epoch. A shard believes one only after it has looked for the
 * witness' output in its own partition of the cosignatures.
 */
final class WitnessRemovals {
  private final ShardTopics topics;
  private final LogPartition cosignatures;
  private final ShardState state;
  private final boolean excerpt;

  /**
   * Knows no removal yet.
   *
   * @param excerpt whether epochs may be left out before the one that a removal is about
   */
  WitnessRemovals(ShardTopics topics, int shard, ShardState state, boolean excerpt) {
    this.excerpt = excerpt;
    this.topics = topics;
    this.cosignatures = new LogPartition(topics.cosignatures(), shard);
    this.state = state;
  }

  /** The cosignatures that must have arrived before {@link #apply}; empty for what it refuses. */
  Optional<SealedRange> needs(WitnessRemoved event) {
    return check()
        .flatMap(check -> check.seal(nextEpoch(event), event).sound())
        .flatMap(this::range);
  }

  /** Notes a removal that the sealer signed. */
  @Nullable Refusal apply(WitnessRemoved event, Inbox inbox) {
    Optional<RemovalCheck> check = check();
    Optional<Seal> seal = check.flatMap(c -> c.seal(nextEpoch(event), event).sound());
    Optional<SealedRange> range = seal.flatMap(this::range);
    if (range.isEmpty()) {
      return Refusal.BAD_REMOVAL;
    }
    long start = range.get().getStart();
    long end = range.get().getEnd();
    List<SignedRecord> records =
        end > start ? inbox.records(cosignatures.topic(), start, end) : List.of();
    state.removals.put(event.getWitness(), check.get().removal(event, seal.orElseThrow(), records));
    return null;
  }

  private long nextEpoch(WitnessRemoved event) {
    long next = state.seals.nextEpoch();
    return excerpt ? Math.max(next, event.getEpoch()) : next;
  }

  private Optional<RemovalCheck> check() {
    return state
        .registry
        .keyOf(Signers.SEALER)
        .map(sealer -> new RemovalCheck(topics.seals(), sealer, state.registry.sealVrfKeys()));
  }

  /** From the end of the last closed epoch to that of the later seal. */
  private Optional<SealedRange> range(Seal seal) {
    long start = state.seals.ends().getOrDefault(cosignatures, 0L);
    return RemovalCheck.range(seal, cosignatures)
        .filter(range -> range.getEnd() >= start)
        .map(range ->
            new SealedRange(range.getTopic(), range.getPartition(), start, range.getEnd()));
  }
}
