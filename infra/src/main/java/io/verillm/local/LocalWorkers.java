package io.verillm.local;

import io.verillm.deploy.ServedModel;
import io.verillm.gpu.behaviour.Behaviour;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.task.ModelTime;
import io.verillm.gpu.worker.Worker;
import io.verillm.gpu.worker.WorkerSettings;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.Variant;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The workers of a local stack, each with its behaviour, on shared engines. */
final class LocalWorkers implements AutoCloseable {
  /** Most bytes of evidence that one worker keeps. */
  private static final long EVIDENCE_BYTES_MAX = 2L << 30;

  /** Somebody waits for Ctrl-C to be obeyed; what is cut short goes on at the next start. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final List<Worker> workers = new ArrayList<>();

  LocalWorkers(
      Function<String, KafkaAccess> access,
      Catalogue catalogue,
      StackFolder folder,
      StackKeys keys,
      StackPlan plan,
      BuiltInModel model,
      Map<Variant, Engine> engines) {
    plan.behaviours()
        .forEach((id, behaviour) ->
            workers.add(
                new Worker(
                    WorkerSettings.of(
                            id,
                            keys.worker(id),
                            keys.salt(id),
                            access.apply(id),
                            catalogue,
                            plan.intake()::connect)
                        .withDrain(DRAIN),
                    Map.of(
                        ServedModel.of(model).id(),
                        Behaviour.named(behaviour).inference(engines, model.config().eosId())),
                    EvidenceStore.open(
                        DiskObjects.open(folder.evidence(id)), EVIDENCE_BYTES_MAX))));
  }

  /** Variants of the weights that these behaviours run. */
  static Set<Variant> variants(StackPlan plan) {
    return plan.behaviours().values().stream()
        .map(label -> Behaviour.named(label).weights())
        .collect(Collectors.toSet());
  }

  /** Starts all side by side, because each waits for the broker; returns when all take tasks. */
  void start() {
    all(Worker::start);
  }

  /** Model time of all workers. */
  ModelTime.Seconds modelTime() {
    return workers.stream()
        .map(Worker::modelTime)
        .reduce(new ModelTime.Seconds(0, 0, 0, 0), ModelTime.Seconds::plus);
  }

  /** One for each worker: completes when it ends, exceptionally where a part of it failed. */
  List<CompletableFuture<Void>> endings() {
    return workers.stream()
        .map(worker -> worker.ended().toCompletableFuture().<Void>thenApply(ended -> null))
        .toList();
  }

  @Override
  public void close() {
    all(Worker::close);
  }

  private void all(Consumer<Worker> action) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      workers.forEach(worker -> running.add(threads.submit(() -> action.accept(worker))));
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while workers start or stop", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a worker does not start or stop: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
