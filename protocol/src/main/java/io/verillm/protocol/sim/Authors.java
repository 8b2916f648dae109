package io.verillm.protocol.sim;

import io.verillm.events.FlagKind;
import io.verillm.events.OutputReady;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Secrets;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.Step;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Workers with an author's task: they write as their behaviour says, and commit. */
final class Authors {
  private final Dice dice;
  private final World world;
  private final SimCoordinator coordinator;
  private final CoreDriver core;
  private final Outbox outbox;
  private final List<Manner> sentinelCheats;

  Authors(
      Dice dice,
      World world,
      SimCoordinator coordinator,
      CoreDriver core,
      Outbox outbox,
      List<Manner> sentinelCheats) {
    this.dice = dice;
    this.world = world;
    this.coordinator = coordinator;
    this.core = core;
    this.outbox = outbox;
    this.sentinelCheats = sentinelCheats;
  }

  /** The task as this worker takes it on. */
  TaskInHand begin(RequestInHand request, Effect.Assign assign, Worker worker) {
    SplittableRandom random = dice.of(request.request, assign);
    AuthorPlan plan = plan(request.request, assign, worker, random);
    @Nullable Answer before = request.answer(assign.segment());
    Answer answer =
        world.answer(
            request.request.script(),
            before,
            request.authorsLeft(assign.segment()),
            dice.of(plan.manner(), request.request, assign));
    TaskInHand task =
        TaskInHand.author(
            assign,
            worker,
            answer,
            plan,
            plan.cost()
                * request.request.asked().tokens()
                / Script.SHORT_TOKENS
                / request.request.authors(),
            random.nextInt(64));
    return before == null ? task : reading(task, request, before, random);
  }

  /** A later author computes what it goes on from as a checker does, and commits to it. */
  private TaskInHand reading(
      TaskInHand task, RequestInHand request, Answer before, SplittableRandom random) {
    Worker worker = task.worker();
    boolean friend =
        request.authors(task.assign().segment()).anyMatch(a -> worker.isFriendOf(a.worker()));
    CheckerPlan plan =
        worker
            .behaviour()
            .checker(new Behaviour.CheckerTurn(1, friend, !before.isHonest(), random));
    CheckerPlan.Delivery delivery =
        switch (plan.delivery()) {
          // It could not author without a commitment of its own.
          case MISSING, COPIED_COMMITMENT -> CheckerPlan.Delivery.COMPLETE;
          default -> plan.delivery();
        };
    CheckerPlan.Rows rows = dice.of(plan.rows(), request.request, task.assign());
    return task.behind(before, plan.delivering(delivery), rows, random.nextInt(64));
  }

  /** Delivers what it means to. */
  void deliver(TaskInHand task) {
    AuthorPlan plan = task.authorPlan();
    if (plan.delivery() == AuthorPlan.Delivery.NOTHING) {
      return;
    }
    outbox.commit(task, task.seal(Step.PREFILL).sealedRoot(), Step.PREFILL);
    if (plan.delivery() == AuthorPlan.Delivery.NO_FINAL) {
      return;
    }
    outbox.commit(task, task.seal(Step.FINAL).sealedRoot(), Step.FINAL);
    if (plan.delivery() != AuthorPlan.Delivery.NO_TEXT) {
      Answer answer = task.written().answer();
      coordinator.output(
          task.assign().requestId(),
          task.assign().segment(),
          new Secrets.Output(answer.size(), answer.segmentHash(), answer.answerHash()),
          answer.isLast());
      core.post(
          Signers.COORDINATOR,
          SimLog.TOPICS.accepted(),
          new OutputReady("", 0, 0, Wire.buffer(task.taskId())));
    }
  }

  /** A sentinel runs a cheat where its BAD flag is due, and is honest where its GOOD flag is. */
  private AuthorPlan plan(
      SimulatedRequest request, Effect.Assign assign, Worker worker, SplittableRandom random) {
    FlagKind flag = assign.attempt() == 0 ? request.flag() : FlagKind.NONE;
    return switch (flag) {
      case BAD -> {
        Manner cheat = sentinelCheats.get(random.nextInt(sentinelCheats.size()));
        yield worker
            .behaviour()
            .sentinel(
                flag, new AuthorPlan(cheat, AuthorPlan.Delivery.COMPLETE, AuthorPlan.HONEST_COST));
      }
      case GOOD -> worker.behaviour().sentinel(flag, AuthorPlan.HONEST);
      case NONE -> worker.behaviour().author(new Behaviour.AuthorTurn(random));
    };
  }
}
