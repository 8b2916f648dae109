package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.FlagKind;
import io.verillm.events.OutputReady;
import io.verillm.events.PrivateOpening;
import io.verillm.events.Task;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/** A shard whose one request is in a stage, where nobody has acted yet. */
final class StageWalk {
  private static final TestRequest ONE = TestRequest.standard();

  /** Claims a flag in the request, which the coordinator gives to another. */
  private static final String SENTINEL = "w-12";

  final ShardBed bed =
      new ShardBed(12, Parameters.demo().withFlagTicks(60).withDuties(TestDuty.TERMS));
  private final Stage stage;
  private final SignedRecord planted;

  /**
   * Goes to the stage.
   *
   * @param late whether somebody is late wherever that leads there too: the first author is
   *     replaced, and where there is a second round one of the first does not commit, and one does
   *     not open
   */
  StageWalk(Stage stage, boolean late) {
    this.stage = stage;
    boolean second = stage.name().endsWith("_2");
    for (int i = 1; i <= 12; i++) {
      // Without votes a request waits in VOTING, and then goes to round 2.
      bed.worker("w-%02d".formatted(i)).votes = !second && stage != Stage.VOTING_1;
    }
    bed.worker("w-01").prefills = !late;
    bed.turn(1);
    bed.turn(1);
    planted = TestDuty.last(bed).orElseThrow().planted(ONE, SENTINEL);
    bed.request(ONE, TestDuty.acceptedAs(ONE, planted));
    bed.close(1);
    for (int i = 0; at() != stage || late && authors() < 2; i++) {
      assertThat(i).as("turns until %s, now %s", stage, at()).isLessThan(400);
      if (late && second && at() == Stage.CHECKING_1) {
        bed.worker(checker(0).worker()).prefills = false;
        bed.worker(checker(1).worker()).opensInRound = round -> false;
      }
      bed.turn(late ? ShardBed.STEP : 1);
    }
  }

  Stage at() {
    return bed.shard.view().stage(ONE.id()).orElseThrow();
  }

  /** Names of the events that deciding has published. */
  List<String> published() {
    return bed.effects.stream()
        .filter(Effect.Publish.class::isInstance)
        .map(e -> ((Effect.Publish) e).event().getSchema().getName())
        .toList();
  }

  private List<Effect.Assign> assigned(Predicate<Effect.Assign> wanted) {
    return bed.effects.stream()
        .filter(Effect.Assign.class::isInstance)
        .map(Effect.Assign.class::cast)
        .filter(wanted)
        .toList();
  }

  private int authors() {
    return assigned(Effect.Assign::author).size();
  }

  private Effect.Assign author() {
    return assigned(Effect.Assign::author).getLast();
  }

  /** One of the first committee. */
  private Effect.Assign checker(int index) {
    return assigned(a -> a.round() == 1).get(index);
  }

  /** One of the last committee; while an author works there is none, and nobody knows its task. */
  private Effect.Assign checker() {
    List<Effect.Assign> checkers = assigned(a -> !a.author());
    return checkers.isEmpty()
        ? new Effect.Assign(ONE.id(), 0, 1, 0, author().worker(), unknownTask(), false)
        : checkers.getLast();
  }

  private static Hash unknownTask() {
    return new Hash(new byte[Hash.LENGTH]);
  }

  private TestTask task(Effect.Assign assign) {
    return bed.tasks.getOrDefault(
        assign.taskId(),
        new TestTask(assign, ONE, bed.secrets.nonce(assign.taskId()), bed.worker(assign.worker())));
  }

  /** Says it; the tick is still to come. */
  SignedRecord say(Said what) {
    return switch (what) {
      case AUTHOR_COMMITMENT -> commitment(author());
      case CHECKER_COMMITMENT -> commitment(checker());
      case REPLACED_COMMITMENT -> commitment(assigned(Effect.Assign::author).getFirst());
      case EARLIER_COMMITMENT -> commitment(checker(0));
      case OUTPUT_READY -> bed.log.post(Signers.COORDINATOR, ShardBed.TOPICS.accepted(), ready());
      case OPENING -> opening(author(), challenge());
      case EARLIER_OPENING -> opening(checker(1), bed.published(Challenge.class).getFirst());
      case OTHER_MODE -> by(author(), ShardBed.TOPICS.openings(), sealed(challenge()));
      case VOTE -> vote(stage == Stage.GENERATING ? author() : checker());
      case EARLIER_VOTE -> vote(checker(1));
      case EXPOSED_TASK -> exposed();
      case DISPUTE -> bed.dispute();
      case FLAG -> bed.flag(FlagKind.BAD);
      case IGNORED_CLAIM ->
          bed.log.post(
              Signers.worker(SENTINEL),
              ShardBed.TOPICS.flags(),
              new ClaimIgnored(
                  ONE.id(),
                  Wire.buffer(planted.key()),
                  Wire.buffer(planted.value()),
                  Wire.buffer(planted.signature())));
      case BOND -> bed.bond(false);
    };
  }

  private SignedRecord by(Effect.Assign worker, String topic, SpecificRecord event) {
    return bed.log.post(Signers.worker(worker.worker()), topic, event);
  }

  private SignedRecord commitment(Effect.Assign assign) {
    return by(assign, ShardBed.TOPICS.commitments(), task(assign).prefill());
  }

  private OutputReady ready() {
    return new OutputReady("", 0, 0, Wire.buffer(author().taskId()));
  }

  private SignedRecord opening(Effect.Assign assign, Challenge challenge) {
    return by(assign, ShardBed.TOPICS.openings(), task(assign).opening(challenge));
  }

  /** The newest challenge, or what might be the next. */
  private Challenge challenge() {
    List<Challenge> own = bed.published(Challenge.class);
    if (own.isEmpty()) {
      return new StageWalk(Stage.OPENING_1, false).bed.published(Challenge.class).getFirst();
    }
    return stage == Stage.CHECKING_2
        ? Challenge.newBuilder(own.getLast()).setRound(2).build()
        : own.getLast();
  }

  private PrivateOpening sealed(Challenge challenge) {
    Effect.Assign author = author();
    return new PrivateOpening(
        ONE.id(),
        0,
        challenge.getRound(),
        challenge.getPart(),
        Wire.buffer(author.taskId()),
        author.worker(),
        Wire.buffer(unknownTask()),
        List.of(),
        Wire.buffer(new byte[0]));
  }

  private SignedRecord vote(Effect.Assign voter) {
    return by(
        voter,
        ShardBed.TOPICS.votes(),
        new Vote(
            ONE.id(),
            0,
            Math.max(1, voter.round()),
            Wire.buffer(voter.taskId()),
            voter.worker(),
            VoteDecision.ACCEPT,
            VoteReason.NONE));
  }

  private SignedRecord exposed() {
    Task said = ONE.task(author().taskId(), 0);
    Task fed =
        Task.newBuilder(said).setContext(Collections.nCopies(said.getContext().size(), 7)).build();
    return bed.expose(author().worker(), Signers.COORDINATOR, author().taskId(), fed);
  }
}
