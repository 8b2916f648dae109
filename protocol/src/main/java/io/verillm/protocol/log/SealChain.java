package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the next seal must continue. Decides everything about a seal that needs no record.
 *
 * @param nextEpoch number of the next epoch
 * @param previousHash hash of the last seal, zeros before the first
 * @param timeMillis time of the last seal, 0 before the first
 * @param ends end of the last range of every partition; empty before the first seal where any set
 *     of partitions may come
 */
public record SealChain(
    long nextEpoch, Hash previousHash, long timeMillis, SortedMap<LogPartition, Long> ends) {
  private static final Hash ZEROS = new Hash(new byte[Hash.LENGTH]);
  private static final SealChain START = new SealChain(0, ZEROS, 0, Collections.emptySortedMap());

  /** Copies the map. */
  public SealChain {
    ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
  }

  /** Before the first seal, for a reader that takes the partitions from it. */
  public static SealChain start() {
    return START;
  }

  /** Before the first seal, for a reader that knows the partitions. */
  public static SealChain start(Iterable<LogPartition> partitions) {
    SortedMap<LogPartition, Long> ends = new TreeMap<>();
    partitions.forEach(partition -> ends.put(partition, 0L));
    return new SealChain(0, ZEROS, 0, ends);
  }

  /** What the seal behind this one must continue, taking this one as it is. */
  public static SealChain behind(Seal seal, Hash sealHash) {
    SortedMap<LogPartition, Long> ends = new TreeMap<>();
    seal.getRanges()
        .forEach(range ->
            ends.put(new LogPartition(range.getTopic(), range.getPartition()), range.getEnd()));
    return new SealChain(seal.getEpoch() + 1, sealHash, seal.getTimeMillis(), ends);
  }

  /**
   * Follows one seal.
   *
   * @param seal the event in {@code sealValue}
   * @param sealHash {@link Beacon#sealHash} of the seal's bytes
   */
  public Checked<SealChain> follow(Seal seal, Hash sealHash) {
    if (seal.getEpoch() != nextEpoch) {
      return refused(LogFault.WRONG_EPOCH, "epoch %d where %d follows", seal.getEpoch(), nextEpoch);
    }
    if (!Bytes.hold(seal.getPreviousHash(), previousHash)) {
      return refused(
          LogFault.WRONG_PREVIOUS_HASH, "epoch %d does not follow %s", nextEpoch, previousHash);
    }
    if (seal.getTimeMillis() < timeMillis) {
      return refused(
          LogFault.TIME_BACKWARDS, "%d ms behind %d ms", seal.getTimeMillis(), timeMillis);
    }
    return ranges(seal, sealHash);
  }

  private Checked<SealChain> ranges(Seal seal, Hash sealHash) {
    SortedMap<LogPartition, Long> next = new TreeMap<>();
    for (SealedRange range : seal.getRanges()) {
      LogPartition partition = new LogPartition(range.getTopic(), range.getPartition());
      if (!next.isEmpty() && next.lastKey().compareTo(partition) >= 0) {
        return refused(LogFault.WRONG_PARTITIONS, "%s behind %s", partition, next.lastKey());
      }
      long start = ends.getOrDefault(partition, 0L);
      if (range.getStart() != start || range.getEnd() < start) {
        return refused(
            LogFault.NOT_CONTIGUOUS,
            "%s [%d, %d) where %d comes next",
            partition,
            range.getStart(),
            range.getEnd(),
            start);
      }
      next.put(partition, range.getEnd());
    }
    boolean anySet = nextEpoch == 0 && ends.isEmpty();
    if (next.isEmpty() || (!anySet && !next.keySet().equals(ends.keySet()))) {
      return refused(LogFault.WRONG_PARTITIONS, "%s where %s are public", next, ends.keySet());
    }
    return new Checked.Sound<>(new SealChain(nextEpoch + 1, sealHash, seal.getTimeMillis(), next));
  }

  /**
   * The chain right before a seal, for a reader that has not seen the seals between. What the seal
   * says of its predecessor is believed, since every witness that cosigned it has looked; number,
   * time and ends still never run back. The same chain for a seal that no jump leads to.
   */
  public SealChain upTo(Seal seal) {
    SortedMap<LogPartition, Long> starts = new TreeMap<>();
    seal.getRanges()
        .forEach(r -> starts.put(new LogPartition(r.getTopic(), r.getPartition()), r.getStart()));
    boolean goesOn =
        ends.entrySet().stream()
            .allMatch(e -> starts.getOrDefault(e.getKey(), -1L) >= e.getValue());
    boolean jumps =
        seal.getEpoch() > nextEpoch && seal.getPreviousHash().remaining() == Hash.LENGTH;
    return goesOn && jumps
        ? new SealChain(seal.getEpoch(), Wire.hash(seal.getPreviousHash()), timeMillis, starts)
        : this;
  }

  /** The ranges of the next seal, up to the given last records. */
  List<SealedRange> rangesUpTo(Map<LogPartition, Long> newEnds) {
    return ends.entrySet().stream()
        .map(entry ->
            new SealedRange(
                entry.getKey().topic(),
                entry.getKey().partition(),
                entry.getValue(),
                newEnds.getOrDefault(entry.getKey(), entry.getValue())))
        .toList();
  }

  private static Checked<SealChain> refused(LogFault fault, String detail, Object... values) {
    return new Checked.Refused<>(fault, detail.formatted(values));
  }
}
