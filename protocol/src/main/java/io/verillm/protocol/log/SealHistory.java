package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the last seals that a reader saw, to find two of one epoch. Not safe for use by several
 * threads.
 */
public final class SealHistory {
  private final Map<Long, Hash> hashes;

  /**
   * Remembers nothing yet.
   *
   * @param epochsMax seals kept; the oldest goes first
   */
  public SealHistory(int epochsMax) {
    this.hashes =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Hash> eldest) {
            return size() > epochsMax;
          }
        };
  }

  /** How a seal relates to those seen before. */
  public enum Sighting {
    /** No seal of its epoch is remembered; now this one is. */
    FIRST,
    /** The same seal once more. */
    REPEATED,
    /** Another seal of the same epoch: {@link LogFault#FORK}. */
    FORK
  }

  /** Notes one seal. */
  public Sighting note(long epoch, Hash sealHash) {
    Hash before = hashes.putIfAbsent(epoch, sealHash);
    if (before == null) {
      return Sighting.FIRST;
    }
    return before.equals(sealHash) ? Sighting.REPEATED : Sighting.FORK;
  }
}
