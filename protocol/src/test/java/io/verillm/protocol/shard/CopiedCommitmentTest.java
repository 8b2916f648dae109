package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CaseSlash;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.MemberDecision;
import io.verillm.events.Opening;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * A checker that computes nothing: it commits to the root that another checker has published, and
 * shows what that one opens, all fields of its seal included, under its own task and name. Task and
 * worker in the sealed root are what stands against it, each of them alone.
 */
class CopiedCommitmentTest {
  private final ShardBed bed = new ShardBed(12).request(TestRequest.standard());

  private void playUntil(Stage stage) {
    for (int i = 0;
        !bed.shard.view().stage(TestRequest.standard().id()).equals(stage(stage));
        i++) {
      assertThat(i).as("turns until %s", stage).isLessThan(40);
      bed.turn(1);
    }
  }

  private static Optional<Stage> stage(Stage stage) {
    return Optional.of(stage);
  }

  private SignedRecord post(Effect.Assign by, String topic, SpecificRecord event) {
    return bed.log.post(Signers.worker(by.worker()), topic, event);
  }

  @Test
  void shouldFindACheckerAtFaultThatCopiesTheRootAndTheOpeningOfAnother() {
    playUntil(Stage.CHECKING_1);
    List<Effect.Assign> committee =
        bed.effects.stream()
            .filter(e -> e instanceof Effect.Assign a && !a.author())
            .map(e -> (Effect.Assign) e)
            .toList();
    Effect.Assign copier = committee.getFirst();
    Behaviour idle = bed.worker(copier.worker());
    idle.prefills = false;
    idle.opensInRound = round -> false;
    idle.votes = false;
    bed.turn(1);
    TestTask copied = bed.tasks.get(committee.getLast().taskId());

    SignedRecord committed =
        post(
            copier,
            ShardBed.TOPICS.commitments(),
            Commitment.newBuilder(copied.prefill())
                .setTaskId(Wire.buffer(copier.taskId()))
                .setWorker(copier.worker())
                .build());
    playUntil(Stage.OPENING_1);
    assertThat(bed.outcome(committed)).as("nobody can tell yet").isNull();
    Challenge challenge = bed.published(Challenge.class).getFirst();
    SignedRecord opened =
        post(
            copier,
            ShardBed.TOPICS.openings(),
            Opening.newBuilder(copied.opening(challenge))
                .setTaskId(Wire.buffer(copier.taskId()))
                .setWorker(copier.worker())
                .build());
    bed.run();

    assertThat(bed.outcome(opened)).isEqualTo(Refusal.DOES_NOT_FIT_SEAL);
    Verdict last = bed.published(Verdict.class).getLast();
    assertThat(last.getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
    assertThat(last.getMembers())
        .filteredOn(m -> m.getWorker().equals(copier.worker()))
        .singleElement()
        .returns(MemberDecision.FAULT, VerdictMember::getDecision)
        .returns("OPENING", VerdictMember::getReason);
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes())
        .singleElement()
        .returns(copier.worker(), CaseSlash::getWorker)
        .returns("opening", CaseSlash::getKind);
  }
}
