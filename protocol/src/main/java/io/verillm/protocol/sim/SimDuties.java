package io.verillm.protocol.sim;

import io.verillm.events.FlagOpening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.DutyEpoch;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Finds for each planted flag a slot of its author's duty that owes it. */
final class SimDuties {
  private final KeyRing keys;
  private final Supplier<DutyEpoch> duty;
  private final int checkers;

  /** The first slot that was not looked at, by worker and kind. */
  private final Map<String, Integer> next = new HashMap<>();

  SimDuties(KeyRing keys, Supplier<DutyEpoch> duty, int checkers) {
    this.keys = keys;
    this.duty = duty;
    this.checkers = checkers;
  }

  /** What opens a planted request's flag. */
  FlagOpening opening(String worker, SimulatedRequest planted) {
    DutyEpoch epoch = duty.get();
    String signer = Signers.worker(worker);
    VrfPublicKey key = keys.suite().vrfKey(keys.vrfKey(signer)).orElseThrow();
    int first = next.getOrDefault(worker + planted.flag(), 0);
    for (int slot = first; slot < epoch.terms().slots(); slot++) {
      VrfProof proof = keys.prove(signer, epoch.alpha(worker, slot));
      if (epoch
          .output(worker, slot, proof.bytes(), key)
          .filter(output -> epoch.owed(output) == planted.flag() && isEnough(planted, output))
          .isPresent()) {
        next.put(worker + planted.flag(), slot + 1);
        return new FlagOpening(
            planted.id(),
            planted.flag(),
            "",
            Wire.buffer(planted.flagSalt()),
            epoch.number(),
            slot,
            Wire.buffer(proof.bytes()));
      }
    }
    throw new IllegalStateException(worker + " owes no more flags of kind " + planted.flag());
  }

  /** Whether a planted request asks for as much as the slot with this output says. */
  private boolean isEnough(SimulatedRequest planted, Hash output) {
    return duty.get()
        .size(output, SimulatedModel.ID)
        .isAskedBy(checkers, planted.asked().tokensMax());
  }
}
