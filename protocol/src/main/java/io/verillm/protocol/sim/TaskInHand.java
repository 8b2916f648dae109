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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One task with its worker: what it computed, what it seals, what it will show. The author of a
 * later segment has read the earlier ones, and checks them too.
 */
final class TaskInHand {
  private final Effect.Assign assign;
  private final Worker worker;
  private final @Nullable Written written;
  private final @Nullable Read read;

  /** What an author makes: the answer with its segment, its rows of all of it, the cost in c. */
  record Written(AuthorPlan plan, Answer answer, View view, double cost) {}

  /** What a checker was given and computes of it. */
  record Read(CheckerPlan plan, Answer answer, View view, Hash outputHash) {}

  /** What is sealed by one step. */
  private record Made(Step step, Answer answer, View view, Hash outputHash, FinishReason finish) {}

  private TaskInHand(
      Effect.Assign assign, Worker worker, @Nullable Written written, @Nullable Read read) {
    this.assign = assign;
    this.worker = worker;
    this.written = written;
    this.read = read;
  }

  static TaskInHand author(
      Effect.Assign assign,
      Worker worker,
      Answer answer,
      AuthorPlan plan,
      double cost,
      int variant) {
    return new TaskInHand(
        assign, worker, new Written(plan, answer, answer.author(variant), cost), null);
  }

  static TaskInHand checker(
      Effect.Assign assign,
      Worker worker,
      Answer answer,
      CheckerPlan plan,
      CheckerPlan.Rows rows,
      int variant) {
    return new TaskInHand(assign, worker, null, read(assign, answer, plan, rows, variant));
  }

  /** The same author, that goes on from an answer and so checks it. */
  TaskInHand behind(Answer before, CheckerPlan plan, CheckerPlan.Rows rows, int variant) {
    return new TaskInHand(assign, worker, written, read(assign, before, plan, rows, variant));
  }

  /** What is computed need not be what was planned. */
  private static Read read(
      Effect.Assign assign, Answer answer, CheckerPlan plan, CheckerPlan.Rows rows, int variant) {
    View view =
        switch (rows) {
          case CheckerPlan.Rows.Computed(Computation computation) ->
              answer.checker(computation, plan.evidence(), variant);
          case CheckerPlan.Rows.Authors() -> answer.copied(plan.evidence(), variant);
        };
    Hash output =
        plan.delivery() == CheckerPlan.Delivery.OTHER_OUTPUT
            ? HashInput.of("invented").add(assign.taskId()).hash()
            : answer.answerHash();
    return new Read(plan, answer, view, output);
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

  /** Whether it wrote the segment. */
  boolean wrote(int segment) {
    return isAuthor() && assign.segment() == segment;
  }

  boolean isAuthor() {
    return assign.author();
  }

  /** Whether it has read what others wrote, and votes on it. */
  boolean isChecker() {
    return read != null;
  }

  Written written() {
    return Objects.requireNonNull(written, "a checker's task");
  }

  Read read() {
    return Objects.requireNonNull(read, "the first author's task");
  }

  AuthorPlan authorPlan() {
    return written().plan();
  }

  CheckerPlan checkerPlan() {
    return read().plan();
  }

  /** What all of its work costs, in c. */
  double cost() {
    return (written == null ? 0 : written.cost()) + (read == null ? 0 : read.plan().cost());
  }

  private Made made(Step step) {
    if (step == Step.FINAL) {
      Answer answer = written().answer();
      return new Made(step, answer, written().view(), answer.segmentHash(), answer.finish());
    }
    if (read == null) {
      // The first author's PREFILL is opened by nobody.
      Answer answer = written().answer();
      return new Made(step, answer, written().view(), answer.segmentHash(), FinishReason.NONE);
    }
    return new Made(step, read.answer(), read.view(), read.outputHash(), FinishReason.NONE);
  }

  /** The step that a challenge of this segment opens. */
  private Made shown(int segment) {
    return made(wrote(segment) ? Step.FINAL : Step.PREFILL);
  }

  /** What it shows of a segment's challenge. */
  View view(int segment) {
    return shown(segment).view();
  }

  /** The output that it shows of a segment's challenge. */
  Hash outputHash(int segment) {
    return shown(segment).outputHash();
  }

  /** The seal that a challenge of this segment opens. */
  SealedCommitment opened(int segment) {
    return seal(shown(segment));
  }

  SealedCommitment seal(Step step) {
    return seal(made(step));
  }

  private SealedCommitment seal(Made made) {
    return new SealedCommitment(
        taskId(),
        worker.id(),
        made.step(),
        made.view().traceRoot(),
        made.view().evidenceRoot(),
        made.view().size(),
        made.outputHash(),
        made.finish(),
        SimulatedModel.PROFILE,
        HashInput.of("worker-salt").add(taskId()).add(made.step().code()).hash());
  }

  /** What a check expects of its opening of a segment. */
  ExpectedOutput expected(int segment) {
    Made made = shown(segment);
    Hash output = wrote(segment) ? made.outputHash() : made.answer().answerHash();
    return new ExpectedOutput(made.answer().size(), output);
  }

  /** What a check sees of these positions of a segment. */
  OpenedTask shows(int segment, List<OpenedPosition> positions) {
    Made made = shown(segment);
    return new OpenedTask(
        SimulatedModel.profile(),
        made.view().traceRoot(),
        made.view().size(),
        made.outputHash(),
        made.finish(),
        made.view().evidence(),
        positions.stream()
            .map(p -> made.view().open(p.position(), p.boundary()).checked())
            .toList());
  }
}
