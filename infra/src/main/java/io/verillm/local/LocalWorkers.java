package io.verillm.local;

import io.verillm.deploy.ServedModel;
import io.verillm.gpu.behaviour.Behaviour;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.task.ModelTime;
import io.verillm.gpu.worker.FlagCheat;
import io.verillm.gpu.worker.FlagSettings;
import io.verillm.gpu.worker.Worker;
import io.verillm.gpu.worker.WorkerSettings;
import io.verillm.models.BuiltInModel;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
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
      Function<Principal, KafkaAccess> access,
      Catalogue catalogue,
      StackFolder folder,
      StackKeys keys,
      StackPlan plan,
      BuiltInModel model,
      LocalEngines engines) {
    Hash modelId = ServedModel.of(model).id();
    int eosId = model.config().eosId();
    plan.behaviours()
        .forEach((id, behaviour) ->
            workers.add(
                new Worker(
                    planting(
                        WorkerSettings.of(
                                id,
                                keys.worker(id),
                                keys.salt(id),
                                access.apply(Principal.worker(id)),
                                catalogue,
                                plan.intake()::connect)
                            .withDrain(DRAIN),
                        plan,
                        access.apply(Principal.POSTER),
                        modelId,
                        engines),
                    Map.of(
                        modelId, Behaviour.named(behaviour).inference(engines.byVariant(), eosId)),
                    EvidenceStore.open(
                        DiskObjects.open(folder.evidence(id)), EVIDENCE_BYTES_MAX))));
  }

  /** With what a worker needs to plant flags, where the plan says that they do. */
  private static WorkerSettings planting(
      WorkerSettings settings,
      StackPlan plan,
      KafkaAccess poster,
      Hash modelId,
      LocalEngines engines) {
    if (!plan.plantsFlags()) {
      return settings;
    }
    List<FlagCheat> cheats =
        FlagCheat.found().stream()
            .map(kind -> new FlagCheat(kind, engines.onUse(kind.weights())))
            .toList();
    return settings.withFlags(new FlagSettings(poster, SamplePrompts.flags(modelId), cheats));
  }

  /** Variants of the weights that these behaviours run. */
  static Set<Variant> variants(StackPlan plan) {
    return plan.behaviours().values().stream()
        .map(behaviour -> Behaviour.named(behaviour).weights())
        .collect(Collectors.toSet());
  }

  /** Starts all side by side, because each waits for the broker; returns when all take tasks. */
  void start() {
    all(Worker::start);
  }

  /** Plants no more flags; gives the ids of the requests that were planted. */
  Set<String> pauseFlags() {
    return workers.stream()
        .flatMap(worker -> worker.pauseFlags().stream())
        .collect(Collectors.toSet());
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
