package io.verillm.protocol.log;

import io.verillm.events.EpochClosed;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A closed epoch as a reader sees it on a spine that follows neither seals nor cosignatures.
 *
 * @param closed what closes it; its record's signature is checked before, as that of the removals
 * @param removed the removals right before it
 */
public record ShownEpoch(EpochClosed closed, List<WitnessRemoved> removed) {
  /** Copies the removals. */
  public ShownEpoch {
    removed = List.copyOf(removed);
  }

  /**
   * Verifies all that can be verified of it alone. Of its predecessor the seal's word is taken, as
   * {@link SealChain#upTo} says; and that no proof of a witness which was removed lay on the log
   * those who closed the epoch without it are believed.
   */
  public Checked<ClosedEpoch> verify(
      String sealsTopic, VerifyKey sealerKey, Map<String, VrfPublicKey> witnesses) {
    RemovalCheck check = new RemovalCheck(sealsTopic, sealerKey, witnesses);
    Map<String, Removal> removals = new TreeMap<>();
    for (WitnessRemoved one : removed) {
      check
          .seal(closed.getEpoch(), one)
          .sound()
          .ifPresent(seal -> removals.put(one.getWitness(), check.removal(one, seal, List.of())));
    }
    return new EpochVerifier(sealsTopic, sealerKey, witnesses)
        .verify(EpochVerifier.upTo(SealChain.start(), closed), closed, removals);
  }
}
