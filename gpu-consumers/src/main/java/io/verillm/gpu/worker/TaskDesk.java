package io.verillm.gpu.worker;

import io.verillm.events.Task;
import io.verillm.gpu.engine.EngineEnded;
import io.verillm.gpu.intake.Settlement;
import io.verillm.gpu.intake.TaskHandler;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.store.EvidenceStoreFull;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.InvalidTask;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.trace.Step;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.DeadLetterReason;
import io.verillm.topics.EventReader;
import io.verillm.topics.Reading;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in tasks: verifies them and starts them. A delivery is done as soon as its PREFILL
 * commitment is on the log: from then on no other process could go on with it, and this one resumes
 * from its own store.
 */
final class TaskDesk implements TaskHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDesk.class);
  private static final DeadLetterReason INVALID_TASK = new DeadLetterReason("invalid-task");
  private static final DeadLetterReason UNKNOWN_MODEL = new DeadLetterReason("unknown-model");
  private static final Duration COORDINATOR_WAIT = Duration.ofSeconds(10);

  private final Topic topic;
  private final String worker;
  private final Map<Hash, Inference> models;
  private final LogView log;
  private final EvidenceStore store;
  private final Outbox outbox;
  private final TaskWork work;
  private final ExecutorService threads;
  private final Consumer<Throwable> broken;

  /** When each task in hand arrived. */
  private final Map<Hash, Instant> running = new ConcurrentHashMap<>();

  /**
   * @param broken is told why this worker can compute no more
   */
  TaskDesk(
      Topic topic,
      String worker,
      Map<Hash, Inference> models,
      LogView log,
      EvidenceStore store,
      Outbox outbox,
      TaskWork work,
      ExecutorService threads,
      Consumer<Throwable> broken) {
    this.topic = topic;
    this.worker = worker;
    this.models = models;
    this.log = log;
    this.store = store;
    this.outbox = outbox;
    this.work = work;
    this.threads = threads;
    this.broken = broken;
  }

  @Override
  public CompletionStage<Settlement> handle(SignedRecord task) {
    CompletableFuture<Settlement> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> begin(task, answer));
    } catch (RejectedExecutionException closing) {
      answer.complete(Settlement.RELEASED);
    }
    return answer;
  }

  /**
   * Goes on with every task that was prefilled, but neither stopped nor finished, before a restart.
   */
  void resume() {
    for (Hash taskId : store.tasks()) {
      if (store.find(taskId, Step.PREFILL).isPresent() && !store.marked(taskId, TaskWork.ENDED)) {
        store
            .findTask(taskId)
            .ifPresent(task -> threads.execute(() -> begin(task, new CompletableFuture<>())));
      }
    }
  }

  /** Whether a task is in hand, from its arrival until its last token. */
  boolean isWorking() {
    return !running.isEmpty();
  }

  /** How long the oldest task in hand has been there. */
  Optional<Duration> longest() {
    return running.values().stream()
        .min(Comparator.naturalOrder())
        .map(arrived -> Duration.between(arrived, Instant.now()));
  }

  private void begin(SignedRecord record, CompletableFuture<Settlement> answer) {
    try {
      // Registry and tasks are two topics: the task may be here first.
      if (!log.awaitCoordinator(COORDINATOR_WAIT)) {
        answer.complete(Settlement.RELEASED);
        return;
      }
      switch (EventReader.read(topic, record, log.keys())) {
        case Reading.Refused refused -> {
          outbox.refuse(record, refused.reason(), refused.detail());
          answer.complete(Settlement.DONE);
        }
        case Reading.Valid valid -> begin(record, terms(record), answer);
      }
    } catch (InvalidTask e) {
      outbox.refuse(record, INVALID_TASK, e.getMessage());
      answer.complete(Settlement.DONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.complete(Settlement.RELEASED);
    } catch (EvidenceStoreFull | RuntimeException | Error e) {
      LOG.atError()
          .addKeyValue("worker", worker)
          .addKeyValue("offset", record.offset())
          .addKeyValue("fault", e.toString())
          .log("task failed");
      answer.complete(Settlement.RELEASED);
      if (e instanceof EngineEnded) {
        broken.accept(e);
      }
    } finally {
      answer.complete(Settlement.RELEASED);
    }
  }

  static TaskTerms terms(SignedRecord record) throws InvalidTask {
    try {
      TaskTerms terms = TaskTerms.of(EventCodec.decode(record.value(), Task.class));
      if (!Arrays.equals(record.key(), terms.taskId().bytes())) {
        throw new InvalidTask("the record's key is not the task id");
      }
      return terms;
    } catch (UndecodableEvent e) {
      throw new InvalidTask(e.getMessage());
    }
  }

  private void begin(SignedRecord record, TaskTerms terms, CompletableFuture<Settlement> answer)
      throws EvidenceStoreFull, InterruptedException, InvalidTask {
    Inference model = models.get(terms.modelId());
    if (model == null) {
      outbox.refuse(record, UNKNOWN_MODEL, terms.modelId().hex());
      answer.complete(Settlement.DONE);
    } else if (running.putIfAbsent(terms.taskId(), Instant.now()) != null) {
      answer.complete(Settlement.DONE);
    } else {
      try {
        if (log.isDecided(terms.taskId()) || isLost(terms)) {
          answer.complete(Settlement.DONE);
        } else {
          work.run(record, terms, model, answer);
        }
      } finally {
        running.remove(terms.taskId());
      }
    }
  }

  /** A commitment without its trace could never be opened, and another trace could not open it. */
  private boolean isLost(TaskTerms terms) {
    boolean lost =
        store.find(terms.taskId(), Step.PREFILL).isEmpty() && log.hasCommitted(terms.taskId());
    if (lost) {
      LOG.atError()
          .addKeyValue("worker", worker)
          .addKeyValue("task", terms.taskId())
          .log("committed before, but the evidence is lost: task left alone");
    }
    return lost;
  }
}
