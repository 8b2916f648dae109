package io.verillm.protocol.vote;

import io.verillm.events.Challenge;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.draw.PositionDraw;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The draws of one challenge, as everybody can check them who knows the randomness of their epochs.
 *
 * @param challenge the challenge; that the coordinator signed it is checked before
 * @param coordinator the coordinator's VRF key
 */
public record ChallengeDraw(Challenge challenge, VrfPublicKey coordinator) {

  /**
   * Whether the committee's proof proves something for this randomness.
   *
   * @throws IllegalArgumentException if the request's id is none; so do the others
   */
  public boolean provesCommittee(Hash randomness) {
    byte[] alpha = Draws.committee(id(), challenge.getRound(), randomness);
    return output(alpha, challenge.getCommitteeProof()).isPresent();
  }

  /** The VRF output that drew the positions; empty if its proof proves nothing for this. */
  public Optional<Hash> positions(Hash randomness) {
    byte[] alpha = Draws.challenge(id(), challenge.getRound(), challenge.getPart(), randomness);
    return output(alpha, challenge.getProof());
  }

  /**
   * Whether the challenge opens what an output draws. Of the second round that is what nobody has
   * opened yet; it may open again what lies open, and which of that it must the openings say.
   *
   * @param output of {@link #positions}
   * @param before the case's challenges before this one, all of them
   */
  public boolean opens(Hash output, CaseGround ground, List<Challenge> before) {
    Hash seed = Draws.caseSeed(output, challenge.getSegment());
    int boundaries = ground.model().getBoundaries().size();
    Set<OpenedPosition> open =
        before.stream().flatMap(one -> asked(one).stream()).collect(Collectors.toSet());
    Set<Integer> places = open.stream().map(OpenedPosition::position).collect(Collectors.toSet());
    List<OpenedPosition> asked = asked(challenge);
    if (challenge.getRound() == 1) {
      return asked.equals(
          challenge.getPart() == 1
              ? PositionDraw.first(seed, ground.span(), boundaries)
              : PositionDraw.second(seed, ground.span(), boundaries, places));
    }
    return asked.stream()
        .filter(position -> !open.contains(position))
        .toList()
        .equals(PositionDraw.secondRound(seed, ground.span(), boundaries, places));
  }

  /** The positions that a challenge opens, as it names them. */
  public static List<OpenedPosition> asked(Challenge challenge) {
    return challenge.getPositions().stream()
        .map(position -> new OpenedPosition(position.getPosition(), position.getBoundary()))
        .toList();
  }

  private UUID id() {
    return UUID.fromString(challenge.getRequestId());
  }

  private Optional<Hash> output(byte[] alpha, ByteBuffer proof) {
    return proof.remaining() == VrfProof.LENGTH
        ? coordinator.verify(alpha, new VrfProof(Wire.bytes(proof)))
        : Optional.empty();
  }
}
