package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import java.util.Optional;
import java.util.UUID;

/** The coordinator's draws; one that its registered key does not prove is none. */
final class VerifiedDraws {
  private final ShardState state;
  private final Secrets secrets;

  VerifiedDraws(ShardState state, Secrets secrets) {
    this.state = state;
    this.secrets = secrets;
  }

  /**
   * One draw.
   *
   * @param output VRF output
   * @param proof its proof
   */
  record Drawn(Hash output, byte[] proof) {}

  /** Empty only in an audit whose log does not open this draw. */
  Optional<Drawn> draw(byte[] alpha) {
    VrfPublicKey key = state.registry.coordinator().orElseThrow().vrfKey();
    Optional<VrfProof> proof = secrets.prove(alpha);
    return proof.flatMap(p -> key.verify(alpha, p).map(output -> new Drawn(output, p.bytes())));
  }

  /** The task of the author of a segment. */
  Optional<TaskState> author(RequestState request, int segment, String worker, int attempt) {
    byte[] alpha = Draws.task(id(request), TaskPurpose.author(segment), worker, attempt);
    return draw(alpha)
        .map(d ->
            new TaskState(Draws.taskId(d.output()), d.proof(), worker, true, segment, 0, attempt));
  }

  /** The task of a member of a committee, whose context holds so many segments. */
  Optional<TaskState> checker(RequestState request, int segments, String worker, int round) {
    byte[] alpha = Draws.task(id(request), TaskPurpose.checker(round), worker, 0);
    return draw(alpha)
        .map(d ->
            new TaskState(Draws.taskId(d.output()), d.proof(), worker, false, segments, round, 0));
  }

  static UUID id(RequestState request) {
    return UUID.fromString(request.requestId);
  }
}
