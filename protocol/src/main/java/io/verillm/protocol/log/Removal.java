package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * That a witness withheld its output for the next epoch, as far as it can be known before that
 * epoch's seal is: a later seal is on the log, and what the log held by then. Made by {@link
 * RemovalCheck}; {@link EpochVerifier} asks the rest.
 *
 * @param witness who withheld
 * @param sealTick time of the later seal
 * @param cosigners who cosigned the later seal
 * @param claims proofs for the epoch that lay on the log under the witness' name when the later
 *     seal was made; if one holds, nothing was withheld
 */
public record Removal(
    String witness, long sealTick, Set<String> cosigners, List<ByteBuffer> claims) {
  /** Ticks from an epoch's seal to one that shows that a witness withheld. */
  public static final long TICKS = 20;

  /** Copies the collections. */
  public Removal {
    cosigners = Set.copyOf(cosigners);
    claims = List.copyOf(claims);
  }

  /**
   * Whether the epoch may be closed without the witness.
   *
   * @param tick time of the epoch's seal
   * @param present the witnesses that close it
   */
  boolean excuses(long tick, Hash sealHash, VrfPublicKey key, Set<String> present) {
    return sealTick - tick >= TICKS
        && cosigners.containsAll(present)
        && claims.stream()
            .allMatch(claim -> Beacon.output(key, sealHash, Wire.bytes(claim)).isEmpty());
  }
}
