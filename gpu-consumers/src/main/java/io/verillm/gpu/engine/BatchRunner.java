package io.verillm.gpu.engine;

import ai.djl.ndarray.NDManager;
import io.verillm.gpu.engine.BatchSession.Work;
import io.verillm.gpu.engine.FedSession.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a batching engine that runs its graph, over and over with whatever the {@link
 * BatchQueue} has: steps in the graph's first group, one chunk of a context in the second.
 */
final class BatchRunner {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final LoadedGraph loaded;
  private final NDManager memory;
  private final StepBatch batch;
  private final BatchQueue queue;
  private final Thread thread;

  BatchRunner(LoadedGraph loaded, BatchQueue queue) {
    this.loaded = loaded;
    this.queue = queue;
    this.memory = loaded.newMemory();
    this.batch = new StepBatch(memory, loaded.graph());
    this.thread = Thread.ofPlatform().name("batch").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends after the run that is under way; work that still waits fails. */
  void stop() {
    queue.close(new EngineFailure("the engine is closed"));
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

  private void run() {
    try (memory) {
      for (BatchLoad load = take(); load != null; load = take()) {
        load.left().forEach(batch::leave);
        if (!load.all().isEmpty()) {
          computeOrFail(load);
        }
      }
    } catch (RuntimeException | Error e) {
      LOG.atError().setCause(e).log("the engine broke: it computes nothing any more");
      queue.close(new EngineEnded(e));
    }
  }

  private @Nullable BatchLoad take() {
    return queue.take(batch.seats());
  }

  private void computeOrFail(BatchLoad load) {
    try {
      compute(load);
    } catch (RuntimeException | Error e) {
      EngineFailure failure = new EngineFailure("a run failed: " + e.getMessage(), e);
      load.all().forEach(work -> work.done().completeExceptionally(failure));
    }
  }

  private void compute(BatchLoad load) {
    boolean stepping = !load.steps().isEmpty();
    if (stepping) {
      batch.arrange(load.steps());
    }
    SequenceCache none = SequenceCache.empty(memory, loaded.graph(), 0);
    SequenceCache steppers = stepping ? batch.cache() : none;
    List<@Nullable Work> seats = stepping ? seated(load.steps()) : List.of();
    SequenceCache rider = none;
    Work chunk = load.chunk();
    if (chunk != null) {
      BatchSession session = chunk.session();
      if (session.parked == null) {
        session.parked = SequenceCache.empty(memory, loaded.graph(), 1);
      }
      rider = session.parked;
    }
    try (none) {
      RunOutputs outputs =
          loaded.run(
              memory,
              List.of(stepFeed(seats, steppers), chunkFeed(chunk, rider)),
              logitRows(seats, chunk));
      keep(stepping, chunk, outputs);
      answer(seats, load, outputs);
      queue.ran(load, outputs.nanos());
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

  private static void answer(List<@Nullable Work> seats, BatchLoad load, RunOutputs outputs) {
    int rows = load.all().stream().mapToInt(work -> work.tokens().length).sum();
    for (Work work : load.all()) {
      int row = work == load.chunk() ? seats.size() : seats.indexOf(work);
      long share = outputs.nanos() * work.tokens().length / rows;
      // Logits stand in the order of the rows, and every row before a chunk has its own.
      work.done().complete(new Rows(outputs, row, row, share));
    }
  }
}
