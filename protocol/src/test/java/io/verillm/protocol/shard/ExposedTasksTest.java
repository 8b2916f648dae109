package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Task;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import java.util.Collections;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Workers that can show that the coordinator fed them something else than the log says. */
class ExposedTasksTest {
  private static final UnaryOperator<Task> AS_SAID = UnaryOperator.identity();

  private final ShardBed bed = new ShardBed(12);
  private String checker = "";

  private static Task otherContext(Task task) {
    return Task.newBuilder(task)
        .setContext(Collections.nCopies(task.getContext().size(), 7))
        .build();
  }

  private static Task otherTemperature(Task task) {
    return Task.newBuilder(task).setTemperature(0.5).build();
  }

  /** Until a challenge names a checker, which opens nothing. */
  private void challenge() {
    bed.request(TestRequest.standard());
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    checker =
        bed.published(Challenge.class).getFirst().getRoster().stream()
            .filter(e -> e.getRole() == RosterRole.CHECKER)
            .map(RosterEntry::getWorker)
            .findFirst()
            .orElseThrow();
    bed.worker(checker).opensInRound = round -> false;
  }

  private Verdict last() {
    return bed.published(Verdict.class).getLast();
  }

  private void assertCoordinatorAtFault() {
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.INCONCLUSIVE);
    assertThat(last().getReason()).isEqualTo("COORDINATOR_INPUT");
    assertThat(last().getLast()).isTrue();
    assertThat(last().getMembers())
        .filteredOn(m -> m.getWorker().equals(checker))
        .singleElement()
        .satisfies(m -> assertThat(m.getReason()).isEqualTo("EXPOSED"));
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes()).isEmpty();
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  @Test
  void shouldNotSlashAWorkerThatWasFedAnotherContext() {
    challenge();
    bed.expose(checker, ExposedTasksTest::otherContext);
    bed.run();

    assertCoordinatorAtFault();
  }

  @Test
  void shouldNotSlashAWorkerThatWasToldToSampleOtherwise() {
    challenge();
    bed.expose(checker, ExposedTasksTest::otherTemperature);
    bed.run();

    assertCoordinatorAtFault();
  }

  @Test
  void shouldOverturnAProvisionalVerdict() {
    challenge();
    while (bed.published(Verdict.class).isEmpty()) {
      bed.turn(ShardBed.STEP);
    }
    assertThat(last().getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
    assertThat(bed.shard.view().stage(TestRequest.standard().id())).contains(Stage.DECIDED);
    bed.expose(checker, ExposedTasksTest::otherContext);
    bed.run();

    assertCoordinatorAtFault();
  }

  @Test
  void shouldSlashAWorkerThatShowsTheTaskThatTheChallengeSpeaksOf() {
    challenge();
    SignedRecord shown = bed.expose(checker, AS_SAID);
    bed.run();

    assertThat(bed.outcome(shown)).isEqualTo(Refusal.TASK_AS_SAID);
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes())
        .extracting(s -> s.getWorker())
        .containsExactly(checker);
  }

  @Test
  void shouldNotBelieveATaskThatTheCoordinatorDidNotSign() {
    challenge();
    RosterEntry entry = entry();
    Task other = otherContext(TestRequest.standard().task(Wire.hash(entry.getTaskId()), 1));
    SignedRecord shown =
        bed.expose(checker, Signers.worker(checker), Wire.hash(entry.getTaskId()), other);
    bed.run();

    assertThat(bed.outcome(shown)).isEqualTo(Refusal.TASK_AS_SAID);
  }

  private RosterEntry entry() {
    return bed.published(Challenge.class).getFirst().getRoster().stream()
        .filter(e -> e.getWorker().equals(checker))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldListenOnlyToTheWorkerOfTheTaskAndOnlyOnceItIsChallenged() {
    bed.request(TestRequest.standard());
    bed.turn(1);
    bed.turn(1);
    SignedRecord early = bed.expose("w-01", ExposedTasksTest::otherContext);
    bed.turn(1);
    assertThat(bed.outcome(early)).isEqualTo(Refusal.BEFORE_CHALLENGE);

    Task other = otherContext(TestRequest.standard().task(taskOf("w-01"), 0));
    SignedRecord foreign = bed.expose("w-02", Signers.COORDINATOR, taskOf("w-01"), other);
    bed.turn(1);
    assertThat(bed.outcome(foreign)).isEqualTo(Refusal.NOT_YOUR_TASK);
  }

  private Hash taskOf(String worker) {
    return bed.tasks.values().stream()
        .filter(t -> t.assign.worker().equals(worker))
        .map(t -> t.assign.taskId())
        .findFirst()
        .orElseThrow();
  }
}
