package io.verillm.gpu.engine;

import ai.djl.ndarray.NDManager;
import io.verillm.gpu.engine.BatchSession.Rows;
import io.verillm.gpu.engine.BatchSession.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a {@link BatchingEngine} that runs its graph, over and over with whatever is
 * there: steps in the graph's first group, one chunk of a context in the second. Work is taken in
 * the order in which it came. A run is held up for a session only if it stepped in the run before
 * and is still to come back, and no longer than that run took; a sequence that is alone never
 * waits.
 */
final class BatchRunner {
  /** Runs after which seats go to those who wait longest: changing seats copies caches. */
  private static final int TURN_RUNS = 16;

  private final LoadedGraph loaded;
  private final NDManager memory;
  private final StepBatch batch;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Work> steps = new ArrayDeque<>();
  private final Deque<Work> chunks = new ArrayDeque<>();
  private final Deque<BatchSession> left = new ArrayDeque<>();
  private Set<BatchSession> awaited = new HashSet<>();
  private long runNanos;
  private long runs;
  private boolean stopped;

  BatchRunner(LoadedGraph loaded) {
    this.loaded = loaded;
    this.memory = loaded.newMemory();
    this.batch = new StepBatch(memory, loaded.graph());
    this.thread = Thread.ofPlatform().name("batch").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void step(Work work) {
    submit(steps, work);
  }

  void prefill(Work work) {
    submit(chunks, work);
  }

  private void submit(Deque<Work> queue, Work work) {
    lock.lock();
    try {
      if (stopped) {
        throw new EngineFailure("the engine is closed");
      }
      queue.add(work);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Frees a session's memory after the run that is under way. May be called twice. */
  void leave(BatchSession session) {
    lock.lock();
    try {
      left.add(session);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends after the run that is under way; work that still waits fails. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        // The model must not be freed under a run, so there is no leaving early.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One run's work.
   *
   * @param chunk of a context, if there is one
   */
  private record Load(List<Work> steps, @Nullable Work chunk) {
    List<Work> all() {
      List<Work> all = new ArrayList<>(steps);
      if (chunk != null) {
        all.add(chunk);
      }
      return all;
    }
  }

  private void run() {
    try (memory) {
      for (Load load = take(); load != null; load = take()) {
        try {
          compute(load);
        } catch (RuntimeException | Error e) {
          EngineFailure failure = new EngineFailure("a run failed: " + e.getMessage(), e);
          load.all().forEach(work -> work.done().completeExceptionally(failure));
        }
      }
    } finally {
      stop(new EngineFailure("the engine is closed"));
    }
  }

  private void stop(EngineFailure failure) {
    lock.lock();
    try {
      stopped = true;
      steps.forEach(work -> work.done().completeExceptionally(failure));
      chunks.forEach(work -> work.done().completeExceptionally(failure));
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Load take() {
    lock.lock();
    try {
      long deadline = System.nanoTime() + runNanos;
      while (!stopped) {
        while (!left.isEmpty()) {
          BatchSession gone = left.remove();
          awaited.remove(gone);
          batch.leave(gone);
        }
        boolean idle = steps.isEmpty() && chunks.isEmpty();
        long rest = deadline - System.nanoTime();
        if (idle) {
          changed.awaitUninterruptibly();
        } else if (allBack() || rest <= 0) {
          return new Load(takeSteps(), chunks.poll());
        } else {
          await(rest);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void await(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Nobody but stop() ends this thread.
      Thread.interrupted();
    }
  }

  /** Whether nobody is missed who stepped in the run before. */
  private boolean allBack() {
    return steps.stream().map(Work::session).collect(Collectors.toSet()).containsAll(awaited);
  }

  /** In the order in which they came; who sits in the batch goes first, but not for ever. */
  private List<Work> takeSteps() {
    boolean stay = ++runs % TURN_RUNS != 0;
    List<Work> taken =
        steps.stream()
            .sorted(Comparator.comparing(work -> stay && !batch.seats().contains(work.session())))
            .limit(loaded.options().batch())
            .toList();
    steps.removeAll(taken);
    return taken;
  }

  private void compute(Load load) {
    if (!load.steps.isEmpty()) {
      batch.arrange(load.steps);
    }
    boolean stepping = !load.steps.isEmpty();
    SequenceCache none = SequenceCache.empty(memory, loaded.graph(), 0);
    SequenceCache steppers = stepping ? batch.cache() : none;
    List<@Nullable Work> seats = stepping ? seated(load.steps) : List.of();
    SequenceCache rider = none;
    if (load.chunk != null) {
      BatchSession session = load.chunk.session();
      if (session.parked == null) {
        session.parked = SequenceCache.empty(memory, loaded.graph(), 1);
      }
      rider = session.parked;
    }
    try (none) {
      RunOutputs outputs =
          loaded.run(
              memory,
              List.of(stepFeed(seats, steppers), chunkFeed(load.chunk, rider)),
              logitRows(seats, load.chunk));
      keep(stepping, load.chunk, outputs);
      answer(seats, load, outputs);
      awaited =
          load.steps.stream().map(Work::session).collect(Collectors.toCollection(HashSet::new));
      runNanos = outputs.nanos();
    }
  }

  private List<@Nullable Work> seated(List<Work> steps) {
    List<@Nullable Work> seated = new ArrayList<>();
    for (BatchSession seat : batch.seats()) {
      seated.add(steps.stream().filter(step -> step.session() == seat).findFirst().orElse(null));
    }
    return seated;
  }

  /** An empty seat feeds a first token: it sees nothing but itself. */
  private static LoadedGraph.Feed stepFeed(List<@Nullable Work> seats, SequenceCache cache) {
    long[] tokens = new long[seats.size()];
    long[] positions = new long[seats.size()];
    for (int i = 0; i < tokens.length; i++) {
      Work step = seats.get(i);
      tokens[i] = step == null ? 0 : step.tokens()[0];
      positions[i] = step == null ? 0 : step.position();
    }
    return new LoadedGraph.Feed(tokens, positions, cache);
  }

  private static LoadedGraph.Feed chunkFeed(@Nullable Work chunk, SequenceCache cache) {
    if (chunk == null) {
      return new LoadedGraph.Feed(new long[0], new long[0], cache);
    }
    int from = chunk.position();
    return new LoadedGraph.Feed(
        Arrays.stream(chunk.tokens()).asLongStream().toArray(),
        LongStream.range(from, from + chunk.tokens().length).toArray(),
        cache);
  }

  /** Every step's, then the last ones of the chunk. */
  private static long[] logitRows(List<@Nullable Work> seats, @Nullable Work chunk) {
    LongStream steps = LongStream.range(0, seats.size());
    if (chunk == null) {
      return steps.toArray();
    }
    int end = seats.size() + chunk.tokens().length;
    return LongStream.concat(steps, LongStream.range(end - chunk.asked(), end)).toArray();
  }

  private void keep(boolean stepping, @Nullable Work chunk, RunOutputs outputs) {
    SequenceCache stepped = outputs.caches().getFirst();
    SequenceCache rode = outputs.caches().getLast();
    if (stepping) {
      batch.stepped(stepped);
    } else {
      stepped.close();
    }
    if (chunk == null) {
      rode.close();
    } else {
      BatchSession session = chunk.session();
      session.parked.close();
      session.parked = rode;
      session.cached += chunk.tokens().length;
    }
  }

  private static void answer(List<@Nullable Work> seats, Load load, RunOutputs outputs) {
    int rows = load.all().stream().mapToInt(work -> work.tokens().length).sum();
    for (Work work : load.all()) {
      int row = work == load.chunk ? seats.size() : seats.indexOf(work);
      long share = outputs.nanos() * work.tokens().length / rows;
      // Logits stand in the order of the rows, and every row before a chunk has its own.
      work.done().complete(new Rows(outputs, row, row, share));
    }
  }
}
