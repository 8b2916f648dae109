package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.Step;
import java.util.Optional;
import java.util.SplittableRandom;

/** Workers with a checker's task: they check as their behaviour says, commit and vote. */
final class Checkers {
  private final Dice dice;
  private final Outbox outbox;

  Checkers(Dice dice, Outbox outbox) {
    this.dice = dice;
    this.outbox = outbox;
  }

  /** The task as this worker takes it on. */
  TaskInHand begin(RequestInHand request, Effect.Assign assign, Worker worker) {
    SplittableRandom random = dice.of(request.request, assign);
    // A checker's task names how many segments it reads.
    int segments = assign.segment();
    Answer answer = request.author(segments - 1).written().answer();
    Behaviour.CheckerTurn turn =
        new Behaviour.CheckerTurn(
            assign.round(),
            request.authors(segments).anyMatch(author -> worker.isFriendOf(author.worker())),
            !answer.isHonest(),
            random);
    CheckerPlan plan = worker.behaviour().checker(turn);
    CheckerPlan.Rows rows = dice.of(plan.rows(), request.request, assign);
    return TaskInHand.checker(assign, worker, answer, plan, rows, random.nextInt(64));
  }

  /** Commits to what it means to. */
  void commit(TaskInHand task, TaskInHand author) {
    switch (task.checkerPlan().delivery()) {
      case MISSING -> {
        // Nothing is sent.
      }
      case COPIED_COMMITMENT ->
          outbox.commit(task, author.seal(Step.FINAL).sealedRoot(), Step.PREFILL);
      case REPEATED -> {
        outbox.commit(task, task.seal(Step.PREFILL).sealedRoot(), Step.PREFILL);
        outbox.commit(task, task.seal(Step.PREFILL).sealedRoot(), Step.PREFILL);
      }
      default -> outbox.commit(task, task.seal(Step.PREFILL).sealedRoot(), Step.PREFILL);
    }
  }

  /** Votes on what author and checker show. */
  void vote(RequestInHand request, TaskInHand task, Challenge challenge) {
    CheckerPlan plan = task.checkerPlan();
    switch (plan.delivery()) {
      case MISSING, NOT_OPENED, NO_VOTE, EQUIVOCATES, COPIED_COMMITMENT -> {
        return;
      }
      default -> {
        // It votes.
      }
    }
    CaseInHand checked = request.caseOf(challenge.getSegment());
    Optional<Vote> rule = isReadable(checked.author()) ? checked.vote(task) : Optional.empty();
    SplittableRandom random = dice.of(request.request, task.assign());
    Optional<VoteDecision> decision =
        switch (plan.ballot()) {
          case RULE -> rule.map(v -> VoteDecision.valueOf(v.decision().name()));
          case ACCEPT -> Optional.of(VoteDecision.ACCEPT);
          case REJECT -> Optional.of(VoteDecision.REJECT);
          case UNSURE -> Optional.of(VoteDecision.UNSURE);
          case COIN ->
              Optional.of(random.nextBoolean() ? VoteDecision.REJECT : VoteDecision.ACCEPT);
          case OPPOSITE -> rule.map(v -> opposite(v));
        };
    if (decision.isEmpty()) {
      return;
    }
    io.verillm.events.Vote vote =
        new io.verillm.events.Vote(
            challenge.getRequestId(),
            challenge.getSegment(),
            challenge.getRound(),
            Wire.buffer(task.taskId()),
            task.worker().id(),
            decision.get(),
            reason(plan, rule, decision.get()));
    outbox.post(task.worker(), SimLog.TOPICS.votes(), vote);
    if (plan.delivery() == CheckerPlan.Delivery.REPEATED) {
      outbox.post(task.worker(), SimLog.TOPICS.votes(), vote);
    }
  }

  private static VoteDecision opposite(Vote vote) {
    return switch (vote.decision()) {
      case ACCEPT -> VoteDecision.REJECT;
      case REJECT -> VoteDecision.ACCEPT;
      case UNSURE -> VoteDecision.UNSURE;
    };
  }

  private static VoteReason reason(CheckerPlan plan, Optional<Vote> rule, VoteDecision decision) {
    if (decision != VoteDecision.REJECT) {
      return VoteReason.NONE;
    }
    return plan.ballot() == CheckerPlan.Ballot.RULE
        ? rule.flatMap(Vote::reason).map(r -> VoteReason.valueOf(r.name())).orElse(VoteReason.NONE)
        : VoteReason.MODEL;
  }

  /** Whether the author shows something that a checker can vote on. */
  private static boolean isReadable(TaskInHand author) {
    return author.authorPlan().delivery() == AuthorPlan.Delivery.COMPLETE
        && author.authorPlan().manner().prompt() != Manner.Prompt.SHORTENED;
  }
}
