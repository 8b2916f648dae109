package io.verillm.streams.log;

import io.verillm.events.Seal;
import io.verillm.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** What a seal says about each partition. */
final class SealRanges {
  private SealRanges() {}

  /** One past the last sealed record of each partition. */
  static Map<LogPartition, Long> ends(Seal seal) {
    Map<LogPartition, Long> ends = new HashMap<>();
    seal.getRanges()
        .forEach(range ->
            ends.put(new LogPartition(range.getTopic(), range.getPartition()), range.getEnd()));
    return ends;
  }
}
