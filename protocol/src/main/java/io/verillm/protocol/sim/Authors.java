package io.verillm.protocol.sim;

import io.verillm.events.FlagKind;
import io.verillm.events.OutputReady;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Secrets;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.Step;
import java.util.List;
import java.util.SplittableRandom;

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
    Answer answer = world.answer(request.request.script(), plan.manner());
    return TaskInHand.author(assign, worker, answer, plan, random.nextInt(64));
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
    outbox.commit(task, task.opened().sealedRoot(), Step.FINAL);
    if (plan.delivery() != AuthorPlan.Delivery.NO_TEXT) {
      Answer answer = task.answer();
      Hash output = answer.outputHash();
      coordinator.output(
          task.assign().requestId(), new Secrets.Output(answer.size(), output, output));
      core.post(
          Signers.COORDINATOR,
          SimLog.TOPICS.accepted(),
          new OutputReady("", 0, 0, Wire.buffer(task.taskId())));
    }
  }

  /** A sentinel runs a cheat where its BAD flag is due, and is honest where its GOOD flag is. */
  private AuthorPlan plan(
      SimulatedRequest request, Effect.Assign assign, Worker worker, SplittableRandom random) {
    if (assign.attempt() == 0 && request.flag() == FlagKind.BAD) {
      Manner cheat = sentinelCheats.get(random.nextInt(sentinelCheats.size()));
      return new AuthorPlan(cheat, AuthorPlan.Delivery.COMPLETE, AuthorPlan.HONEST_COST);
    }
    return assign.attempt() == 0 && request.flag() == FlagKind.GOOD
        ? AuthorPlan.HONEST
        : worker.behaviour().author(new Behaviour.AuthorTurn(random));
  }
}
