package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.RequestInput;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.draw.Draws;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.PublishedProofs;
import io.verillm.protocol.shard.Shard;
import io.verillm.protocol.sim.LogAttacks.Result;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/** A coordinator that publishes something else than the log decides. */
final class CoordinatorAttacks {
  private final FinishedRun run;

  /**
   * On a run.
   *
   * @throws IllegalStateException if an honest log does not give what was published, so that no
   *     finding would mean anything
   */
  CoordinatorAttacks(FinishedRun run) {
    this.run = run;
    if (!isDecided(run.published())) {
      throw new IllegalStateException("an honest log is not decided again as it was");
    }
  }

  /** A challenge whose positions an older epoch's randomness drew: the proof proves nothing. */
  Result drawsAgain() {
    return challenging(
        "its proof does not verify for the epoch's randomness",
        challenge -> {
          byte[] alpha =
              Draws.challenge(
                  UUID.fromString(challenge.getRequestId()),
                  challenge.getRound(),
                  challenge.getPart(),
                  HashInput.of("another randomness").hash());
          return Challenge.newBuilder(challenge)
              .setProof(Wire.buffer(run.keys().prove(Signers.COORDINATOR, alpha).bytes()))
              .build();
        });
  }

  Result changesPositions() {
    return challenging(
        "the proof gives other positions",
        challenge -> {
          List<ChallengedPosition> positions = new ArrayList<>(challenge.getPositions());
          ChallengedPosition first = positions.removeFirst();
          positions.addFirst(new ChallengedPosition(first.getPosition() + 1, first.getBoundary()));
          return Challenge.newBuilder(challenge).setPositions(positions).build();
        });
  }

  /** Another seed than the one that was sealed, such as one that a favoured answer fits. */
  Result changesInput() {
    return challenging(
        "its input does not open the seal of the accepted request",
        challenge ->
            Challenge.newBuilder(challenge)
                .setInput(
                    RequestInput.newBuilder(challenge.getInput())
                        .setSeed(Wire.buffer(HashInput.of("another seed").hash()))
                        .build())
                .build());
  }

  Result decidesOtherwise() {
    return differing(
        "the log decides otherwise",
        event ->
            event instanceof Verdict verdict && verdict.getLast()
                ? Verdict.newBuilder(verdict).setReason("BOUGHT").build()
                : event);
  }

  private Result challenging(String how, UnaryOperator<Challenge> change) {
    return differing(
        how, event -> event instanceof Challenge challenge ? change.apply(challenge) : event);
  }

  private Result differing(String how, UnaryOperator<SpecificRecord> change) {
    return Result.of(!isDecided(run.published().stream().map(change).toList()), how);
  }

  private boolean isDecided(List<SpecificRecord> claimed) {
    return decidedFrom(claimed).equals(bytes(claimed));
  }

  /** What a stranger's shard publishes that knows the log and what was published. */
  private List<String> decidedFrom(List<SpecificRecord> claimed) {
    VrfPublicKey key =
        run.keys().suite().vrfKey(run.keys().vrfKey(Signers.COORDINATOR)).orElseThrow();
    PublishedProofs proofs = new PublishedProofs(key);
    for (SpecificRecord event : claimed) {
      if (event instanceof Challenge challenge) {
        proofs.add(challenge);
      } else if (event instanceof Verdict verdict) {
        proofs.add(verdict);
      }
    }
    Shard shard = new Shard(SimLog.TOPICS, 0, proofs, run.keys().suite());
    List<SpecificRecord> again = new ArrayList<>();
    for (SignedRecord record : run.spine()) {
      for (Effect effect : shard.apply(record, run.log())) {
        if (effect instanceof Effect.Publish publish) {
          again.add(publish.event());
        }
      }
    }
    return bytes(again);
  }

  private static List<String> bytes(List<SpecificRecord> events) {
    return events.stream().map(e -> HexFormat.of().formatHex(EventCodec.encode(e))).toList();
  }
}
