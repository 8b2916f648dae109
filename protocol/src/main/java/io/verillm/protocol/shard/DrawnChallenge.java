package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.OpenedPosition;
import java.util.List;

/**
 * One challenge of a case.
 *
 * @param round 1 or 2
 * @param part 1, or 2 for the extension
 * @param positions what is opened
 * @param roster tasks that must open it
 */
record DrawnChallenge(int round, int part, List<OpenedPosition> positions, List<Hash> roster) {
  DrawnChallenge {
    positions = List.copyOf(positions);
    roster = List.copyOf(roster);
  }
}
