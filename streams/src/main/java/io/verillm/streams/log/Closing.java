package io.verillm.streams.log;

import io.verillm.events.EpochClosed;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.log.SignedCheckpoint;
import java.util.List;

/**
 * What closes an epoch on a shard's spine, in this order.
 *
 * @param removed witnesses that withheld
 * @param closed the seal with the outputs that there are
 * @param checkpoint the seal's, with the cosignatures that there are
 */
record Closing(List<WitnessRemoved> removed, EpochClosed closed, SignedCheckpoint checkpoint) {
  Closing {
    removed = List.copyOf(removed);
  }
}
