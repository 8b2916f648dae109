package io.verillm.gpu.worker;

import io.verillm.events.ControlAction;
import io.verillm.gpu.intake.Settlement;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.store.EvidenceStoreFull;
import io.verillm.gpu.store.StoredStep;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.InvalidTask;
import io.verillm.gpu.task.ModelTime;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.gpu.task.SealedStep;
import io.verillm.gpu.task.TaskRun;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * One task from its verified record to its last commitment, with everything durable before it is
 * sent.
 */
final class TaskWork {
  /** Mark of a task that was stopped or finished. */
  static final String ENDED = "end";

  private final SealIdentity identity;
  private final LogView log;
  private final EvidenceStore store;
  private final Outbox outbox;
  private final ModelTime time;
  private final Semaphore sessions;
  private final Duration controlWait;

  TaskWork(
      SealIdentity identity,
      LogView log,
      EvidenceStore store,
      Outbox outbox,
      ModelTime time,
      Semaphore sessions,
      Duration controlWait) {
    this.identity = identity;
    this.log = log;
    this.store = store;
    this.outbox = outbox;
    this.time = time;
    this.sessions = sessions;
    this.controlWait = controlWait;
  }

  /**
   * Does what is left of a task. A broker may deliver one again that was settled long ago: what is
   * on the log already is not said twice.
   *
   * @param answer is completed when the PREFILL commitment is on the log
   */
  void run(
      SignedRecord record, TaskTerms terms, Inference model, CompletableFuture<Settlement> answer)
      throws EvidenceStoreFull, InterruptedException, InvalidTask {
    if (store.marked(terms.taskId(), ENDED)) {
      answer.complete(Settlement.DONE);
      return;
    }
    Optional<StoredStep> prefilled = store.find(terms.taskId(), Step.PREFILL);
    if (prefilled.isPresent()) {
      if (!log.hasCommitted(terms.taskId())) {
        outbox.sendAgain(prefilled.get().commitment());
      }
      answer.complete(Settlement.DONE);
    }
    Optional<StoredStep> finished = store.find(terms.taskId(), Step.FINAL);
    if (finished.isPresent()) {
      sendSegment(terms, finished.get());
    } else {
      sessions.acquire();
      try {
        store.reserve(terms.taskId(), model.shape(), terms.context().length, terms.positionLimit());
        compute(record, terms, model, prefilled.isPresent(), answer);
      } finally {
        store.release(terms.taskId());
        sessions.release();
      }
    }
  }

  private void sendSegment(TaskTerms terms, StoredStep finished) {
    SealedCommitment seal = finished.step().seal();
    new TokenRecords(terms, identity.worker(), outbox)
        .replay(finished.step().trace(), seal.size(), seal.finishReason());
    outbox.sendAgain(finished.commitment());
    store.mark(terms.taskId(), ENDED);
  }

  private void compute(
      SignedRecord record,
      TaskTerms terms,
      Inference model,
      boolean committed,
      CompletableFuture<Settlement> answer)
      throws EvidenceStoreFull, InterruptedException, InvalidTask {
    try (TaskRun run = open(terms, model)) {
      long prefill = run.modelNanos();
      Optional<ControlAction> control = Optional.empty();
      try {
        if (!committed) {
          store.keepTask(terms.taskId(), record);
          commit(terms, run.prefill());
          answer.complete(Settlement.DONE);
        }
        ControlBox box = log.controls(terms.taskId());
        run.decodeAhead(box::isTold);
        control = box.await(controlWait);
        if (control.filter(action -> action == ControlAction.CONTINUE).isPresent()) {
          generate(terms, run, box);
        }
        if (control.isPresent()) {
          store.mark(terms.taskId(), ENDED);
        }
      } finally {
        account(control, terms.endsInAnswer() ? prefill : 0, run.modelNanos());
      }
    }
  }

  private TaskRun open(TaskTerms terms, Inference model) throws InvalidTask {
    CandidateBand band = log.band(terms.modelId(), model.shape().profile().id());
    try {
      return TaskRun.open(terms, identity, model, band);
    } catch (IllegalArgumentException e) {
      throw new InvalidTask(String.valueOf(e.getMessage()));
    }
  }

  private void generate(TaskTerms terms, TaskRun run, ControlBox box) throws EvidenceStoreFull {
    TokenRecords tokens = new TokenRecords(terms, identity.worker(), outbox);
    SealedStep last = run.finish(box::stopSize, tokens);
    tokens.finish(last.seal().finishReason());
    commit(terms, last);
  }

  private void commit(TaskTerms terms, SealedStep step) throws EvidenceStoreFull {
    SignedRecord commitment = outbox.commitment(terms.shard(), step);
    store.keep(new StoredStep(step, commitment));
    outbox.sendAgain(commitment);
  }

  /** Reading the answer so far is a check; an author that goes on from there pays nothing extra. */
  private void account(Optional<ControlAction> control, long reading, long nanos) {
    if (control.isEmpty()) {
      time.addRest(nanos);
    } else if (control.get() == ControlAction.CONTINUE) {
      time.addHandover(reading);
      time.addGenerating(nanos - reading);
    } else {
      time.addChecking(nanos);
    }
  }
}
