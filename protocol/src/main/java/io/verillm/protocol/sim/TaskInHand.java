package io.verillm.protocol.sim;

import io.verillm.protocol.check.ExpectedOutput;
import io.verillm.protocol.check.OpenedTask;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.OpenedPosition;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Computation;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task with its worker: what it computed, what it seals, what it will show. */
final class TaskInHand {
  private final Effect.Assign assign;
  private final Worker worker;
  private final Answer answer;
  private final View view;
  private final Hash outputHash;
  private final double cost;
  private final @Nullable AuthorPlan author;
  private final @Nullable CheckerPlan checker;

  private TaskInHand(
      Effect.Assign assign,
      Worker worker,
      Answer answer,
      View view,
      Hash outputHash,
      double cost,
      @Nullable AuthorPlan author,
      @Nullable CheckerPlan checker) {
    this.assign = assign;
    this.worker = worker;
    this.answer = answer;
    this.view = view;
    this.outputHash = outputHash;
    this.cost = cost;
    this.author = author;
    this.checker = checker;
  }

  static TaskInHand author(
      Effect.Assign assign, Worker worker, Answer answer, AuthorPlan plan, int variant) {
    return new TaskInHand(
        assign,
        worker,
        answer,
        answer.author(variant),
        answer.outputHash(),
        plan.cost(),
        plan,
        null);
  }

  static TaskInHand checker(
      Effect.Assign assign, Worker worker, Answer answer, CheckerPlan plan, int variant) {
    View view =
        switch (plan.rows()) {
          case CheckerPlan.Rows.Computed(Computation computation) ->
              answer.checker(computation, plan.evidence(), variant);
          case CheckerPlan.Rows.Authors() -> answer.copied(plan.evidence(), variant);
        };
    Hash output =
        plan.delivery() == CheckerPlan.Delivery.OTHER_OUTPUT
            ? HashInput.of("invented").add(assign.taskId()).hash()
            : answer.outputHash();
    return new TaskInHand(assign, worker, answer, view, output, plan.cost(), null, plan);
  }

  Effect.Assign assign() {
    return assign;
  }

  Hash taskId() {
    return assign.taskId();
  }

  Worker worker() {
    return worker;
  }

  Answer answer() {
    return answer;
  }

  View view() {
    return view;
  }

  Hash outputHash() {
    return outputHash;
  }

  double cost() {
    return cost;
  }

  boolean isAuthor() {
    return assign.author();
  }

  AuthorPlan authorPlan() {
    return java.util.Objects.requireNonNull(author, "a checker's task");
  }

  CheckerPlan checkerPlan() {
    return java.util.Objects.requireNonNull(checker, "an author's task");
  }

  /** The seal of a step; an author's PREFILL is opened by nobody. */
  SealedCommitment seal(Step step) {
    return new SealedCommitment(
        taskId(),
        worker.id(),
        step,
        view.traceRoot(),
        view.evidenceRoot(),
        view.size(),
        outputHash,
        step == Step.FINAL ? answer.finish() : FinishReason.NONE,
        SimulatedModel.PROFILE,
        HashInput.of("worker-salt").add(taskId()).add(step.code()).hash());
  }

  /** The step that is opened. */
  SealedCommitment opened() {
    return seal(isAuthor() ? Step.FINAL : Step.PREFILL);
  }

  /** What a check expects of an opening of this task. */
  ExpectedOutput expected() {
    return new ExpectedOutput(answer.size(), answer.outputHash());
  }

  /** What a check sees of these positions. */
  OpenedTask shows(List<OpenedPosition> positions) {
    return new OpenedTask(
        SimulatedModel.profile(),
        view.traceRoot(),
        view.size(),
        outputHash,
        isAuthor() ? answer.finish() : FinishReason.NONE,
        view.evidence(),
        positions.stream().map(p -> view.open(p.position(), p.boundary()).checked()).toList());
  }
}
