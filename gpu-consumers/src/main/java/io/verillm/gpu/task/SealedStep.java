package io.verillm.gpu.task;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.vote.Openings;
import java.util.Optional;

/**
 * A step's commitment with all that it binds.
 *
 * @param seal every field under the sealed root
 * @param evidence the whole evidence vector
 * @param trace at least the seal's positions; shared, may grow
 * @param outputTag of a FINAL
 */
public record SealedStep(
    SealedCommitment seal, EvidenceVector evidence, Trace trace, Optional<Hash> outputTag) {

  /** The opening that a challenge asks for. */
  public Opening opening(Challenge challenge) {
    return Openings.of(challenge, seal, evidence, trace);
  }
}
