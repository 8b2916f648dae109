package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.EpochClosed;
import io.verillm.events.Opening;
import io.verillm.events.RosterEntry;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What outsiders do with published events, and changed copies of events. */
final class Audits {
  private static final VrfPublicKey KEY = TestKeys.vrf("coordinator").publicKey();

  private Audits() {}

  /** Secrets made from nothing but published challenges and verdicts. */
  static PublishedProofs published(List<Effect> effects) {
    PublishedProofs proofs = new PublishedProofs(KEY);
    ShardBed.published(effects, Challenge.class).forEach(proofs::add);
    ShardBed.published(effects, Verdict.class).forEach(proofs::add);
    return proofs;
  }

  /** Checks every proof of a challenge by hand. */
  static void verify(Challenge c, ShardBed bed) {
    UUID id = UUID.fromString(c.getRequestId());
    byte[] committee = Draws.committee(id, c.getRound(), randomness(bed, c.getCommitteeEpoch()));
    assertThat(proves(committee, c.getCommitteeProof())).isPresent();
    byte[] positions =
        Draws.challenge(id, c.getRound(), c.getPart(), randomness(bed, c.getEpoch()));
    assertThat(proves(positions, c.getProof())).isPresent();
    for (RosterEntry e : c.getRoster()) {
      String purpose =
          e.getAuthored() < 0 ? "checker/" + e.getRound() : "author/" + e.getAuthored();
      byte[] task = Draws.task(id, purpose, e.getWorker(), e.getAttempt());
      assertThat(proves(task, e.getTaskProof()).map(Draws::taskId))
          .contains(Wire.hash(e.getTaskId()));
    }
  }

  private static Optional<Hash> proves(byte[] alpha, ByteBuffer proof) {
    return KEY.verify(alpha, new VrfProof(Wire.bytes(proof)));
  }

  private static Hash randomness(ShardBed bed, long epoch) {
    for (SignedRecord record : bed.log.all(ShardBed.TOPICS.spine())) {
      try {
        if (EventCodec.decode(record.value()) instanceof EpochClosed closed
            && closed.getEpoch() == epoch) {
          Hash sealHash = Beacon.sealHash(Wire.bytes(closed.getSeal()));
          List<Hash> outputs = new ArrayList<>();
          closed
              .getCosignatures()
              .forEach(s ->
                  outputs.add(
                      Beacon.output(
                              TestKeys.vrf(s.getWitness()).publicKey(),
                              sealHash,
                              Wire.bytes(s.getProof()))
                          .orElseThrow()));
          return Beacon.randomness(sealHash, outputs);
        }
      } catch (UndecodableEvent e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("no epoch " + epoch);
  }

  static Opening withSalt(Opening opening, int salt) {
    byte[] other = new byte[Hash.LENGTH];
    other[0] = (byte) salt;
    return Opening.newBuilder(opening).setSalt(Wire.buffer(other)).build();
  }

  static Vote with(Vote vote, VoteDecision decision, VoteReason reason) {
    return Vote.newBuilder(vote).setDecision(decision).setReason(reason).build();
  }

  /** A vote of one member of a challenge. */
  static Vote vote(Challenge c, String worker, VoteDecision decision, VoteReason reason) {
    RosterEntry entry =
        c.getRoster().stream().filter(e -> e.getWorker().equals(worker)).findFirst().orElseThrow();
    return new Vote(
        c.getRequestId(),
        c.getSegment(),
        c.getRound(),
        entry.getTaskId(),
        worker,
        decision,
        reason);
  }
}
