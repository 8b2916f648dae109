package io.verillm.gpu.worker;

import io.verillm.events.ParametersSet;
import io.verillm.gpu.intake.IntakeSettings;
import io.verillm.gpu.intake.TaskIntake;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.task.Inference;
import io.verillm.gpu.task.ModelTime;
import io.verillm.gpu.task.SealIdentity;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.topics.Counters;
import io.verillm.topics.DeadLetters;
import io.verillm.topics.Groups;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a worker: takes its tasks, commits, opens and votes. One thread reads the log, one
 * takes tasks and one watches that they end; who owes flags has another for these. Tasks run on
 * virtual threads, and the engine's slots bound how many of them compute.
 */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final WorkerSettings settings;
  private final Map<Hash, Inference> models;
  private final EvidenceStore store;
  private final ModelTime time = new ModelTime();
  private final Counters refused = new Counters();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private volatile @Nullable Running running;

  private record Running(
      Outbox outbox,
      RegistryDesk registry,
      LogListener listener,
      Thread listening,
      TaskIntake intake,
      TaskDesk desk,
      Thread taking,
      Optional<Planting> planting,
      TaskWatch watch,
      Thread watching) {}

  private record Planting(FlagDesk flags, Thread thread) {}

  /**
   * A worker that has not started.
   *
   * @param models how it computes each model that it serves, at least one; profiles must agree
   * @param store what it keeps; this process alone may use it
   */
  public Worker(WorkerSettings settings, Map<Hash, Inference> models, EvidenceStore store) {
    if (models.isEmpty() || profiles(models) != 1) {
      throw new IllegalArgumentException(
          "a worker serves models of one profile, not of " + profiles(models));
    }
    this.settings = settings;
    this.models = Map.copyOf(models);
    this.store = store;
  }

  private static long profiles(Map<Hash, Inference> models) {
    return models.values().stream().map(model -> model.shape().profile()).distinct().count();
  }

  /**
   * Connects, registers, says that it is ready, goes on with what a restart interrupted, and takes
   * tasks. Returns when tasks are taken.
   *
   * @throws MissingTopic if one of its topics does not exist
   * @throws CannotPlantFlags if it would owe flags and is not set up to plant any
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be used
   */
  public synchronized void start() {
    if (running != null) {
      throw new IllegalStateException("worker " + settings.id() + " runs already");
    }
    EventSigner signer = new EventSigner(Signers.worker(settings.id()), settings.key());
    Outbox outbox =
        new Outbox(
            settings.catalogue(),
            SignedProducer.idempotent(settings.access(), signer),
            new DeadLetters(settings.catalogue(), refused));
    try {
      running = start(outbox);
    } catch (RuntimeException e) {
      outbox.close();
      throw e;
    }
  }

  private Running start(Outbox outbox) {
    LogView log = new LogView(settings.id(), settings.access().registry());
    ReadingDesk readings =
        new ReadingDesk(settings.id(), settings.secret(), settings.decryption(), log);
    DrawDesk draws =
        new DrawDesk(settings.id(), settings.catalogue(), log, refused, System::nanoTime);
    CaseDesk cases = new CaseDesk(settings.id(), log, store, outbox, readings, draws);
    Topic tasks = settings.catalogue().tasks(settings.id());
    // Each closes its client on the thread that runs it; one that was told to stop does only that.
    List<Runnable> connected = new ArrayList<>();
    try {
      LogListener listener = LogListener.connect(settings, log, cases, draws, outbox);
      connected.add(() -> {
        listener.close();
        listener.run();
      });
      CannotPlantFlags.check(settings, log.registry());
      TaskIntake intake =
          settings
              .intake()
              .apply(
                  IntakeSettings.of(settings.access(), tasks.name(), Groups.worker(settings.id()))
                      .withDrain(settings.drain()));
      connected.add(() -> {
        intake.stop();
        intake.run(desk(outbox, log, tasks, Optional.empty()));
      });
      Optional<FlagDesk> flags =
          settings.flags().map(own -> FlagDesk.connect(settings, own, log, outbox));
      flags.ifPresent(own ->
          connected.add(() -> {
            own.close();
            own.run();
          }));
      TaskDesk desk = desk(outbox, log, tasks, flags);
      RegistryDesk registry = new RegistryDesk(settings, models, log, outbox);
      registry.introduce();
      desk.resume();
      Thread listening = thread("log", listener);
      Thread taking = thread("tasks", () -> intake.run(desk));
      Optional<Planting> planting = flags.map(own -> new Planting(own, thread("flags", own)));
      TaskWatch watch = new TaskWatch(desk::longest, () -> taskMax(log), registry::ready);
      Thread watching = thread("watch", watch);
      return new Running(
          outbox, registry, listener, listening, intake, desk, taking, planting, watch, watching);
    } catch (RuntimeException e) {
      connected.reversed().forEach(client -> release(client, e));
      throw e;
    }
  }

  /** What a segment may take under the parameters, and the wait for its Continue before. */
  private Duration taskMax(LogView log) {
    long ticks = log.registry().parameters().map(ParametersSet::getSegmentTicks).orElse(0);
    return settings.controlWait().plusMillis(ticks * ClosedEpoch.TICK_MILLIS);
  }

  private void settle(Planting planting) throws InterruptedException {
    boolean settled = planting.flags().settle(settings.drain());
    planting.flags().close();
    planting.thread().join(settings.drain().toMillis());
    if (!settled) {
      LOG.atWarn()
          .addKeyValue("worker", settings.id())
          .log("stops with a flag that is not opened; it must be back before its window is over");
    }
  }

  private static void release(Runnable client, RuntimeException failure) {
    try {
      client.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private TaskDesk desk(Outbox outbox, LogView log, Topic tasks, Optional<FlagDesk> flags) {
    TaskWork work =
        new TaskWork(
            new SealIdentity(settings.id(), settings.secret()),
            log,
            store,
            outbox,
            time,
            new Semaphore(settings.sessions(), true),
            settings.controlWait());
    Map<Hash, Inference> running = flags.map(this::flagged).orElse(models);
    return new TaskDesk(
        tasks,
        settings.id(),
        running,
        log,
        store,
        outbox,
        work,
        threads,
        ended::completeExceptionally);
  }

  private Map<Hash, Inference> flagged(FlagDesk flags) {
    Map<Hash, Inference> flagged = new HashMap<>(models);
    flagged.replaceAll((model, own) -> new FlaggedInference(own, flags::cheat));
    return flagged;
  }

  private Thread thread(String name, Runnable body) {
    return Thread.ofPlatform()
        .name(settings.id() + "-" + name)
        .daemon()
        .start(() -> {
          try {
            body.run();
          } catch (RuntimeException | Error e) {
            LOG.atError()
                .addKeyValue("worker", settings.id())
                .addKeyValue("thread", name)
                .setCause(e)
                .log("worker cannot go on");
            ended.completeExceptionally(e);
          }
        });
  }

  /**
   * Completes when this worker has been closed, or with the fault by which one of its threads or
   * its engine ended before; it is of no use then and should be closed.
   */
  public CompletionStage<@Nullable Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** Whether a task is in hand, so that its end now would cost somebody something. */
  public synchronized boolean isWorking() {
    return running != null && running.desk().isWorking();
  }

  /** How long a task is in hand that does not come back; empty where none is. */
  public Optional<Duration> stuckFor() {
    return Optional.ofNullable(running).flatMap(one -> one.watch().stuckFor());
  }

  /** The worker's id. */
  public String id() {
    return settings.id();
  }

  /**
   * Plants no more flags.
   *
   * @return ids of the requests that it has planted since its start
   */
  public synchronized Set<String> pauseFlags() {
    return running == null
        ? Set.of()
        : running.planting().map(own -> own.flags().pause()).orElse(Set.of());
  }

  /** Model time so far, for the bill. */
  public ModelTime.Seconds modelTime() {
    return time.seconds();
  }

  /** Records that this worker refused, by reason. */
  public Counters refused() {
    return refused;
  }

  /**
   * Takes no new task, lets running ones finish within the drain time, and flags of its own be
   * opened within as long again, and disconnects. What is not finished goes on at the next start;
   * until then its cases go on without it. May be called twice.
   */
  @Override
  public synchronized void close() {
    if (running == null) {
      threads.shutdownNow();
      ended.complete(null);
      return;
    }
    Running stopping = running;
    running = null;
    stopping.watching().interrupt();
    stopping.registry().leave();
    stopping.intake().stop();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
        threads.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS);
      }
      stopping.taking().join(2 * settings.drain().toMillis());
      if (stopping.planting().isPresent()) {
        // The listener opens what is challenged meanwhile.
        settle(stopping.planting().get());
      }
      stopping.listener().close();
      stopping.listening().join(settings.drain().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopping.planting().ifPresent(own -> own.flags().close());
      stopping.outbox().close();
      ended.complete(null);
    }
  }
}
