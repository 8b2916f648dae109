package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Keeps an engine busy and watches its memory. Of four sequences one is written token by token and
 * three are read at once, as with three checkers; of the written ones one in eight is given up.
 */
public final class Soak {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final int PROMPT_MAX = 64;
  private static final int OUTPUT_MAX = 128;
  private static final int CHECKERS = 3;
  private static final int GIVEN_UP = 8;
  private static final double SECOND_NANOS = 1e9;

  private final SoakPlan plan;
  private final ModelStore store;
  private final Consumer<SoakRun.Sample> progress;
  private final CountDownLatch end = new CountDownLatch(1);
  private final LongAdder sequences = new LongAdder();
  private final LongAdder given = new LongAdder();
  private final LongAdder decoded = new LongAdder();
  private final LongAdder read = new LongAdder();

  /**
   * A soak to run once.
   *
   * @param progress is told each sample
   */
  public Soak(SoakPlan plan, ModelStore store, Consumer<SoakRun.Sample> progress) {
    this.plan = plan;
    this.store = store;
    this.progress = progress;
  }

  /**
   * Runs as long as planned.
   *
   * @throws io.verillm.gpu.engine.EngineFailure if the engine fails
   * @throws UncheckedIOException if the system does not tell a process's memory
   */
  public SoakRun run() throws InterruptedException {
    try (LoadedModel model = LoadedModel.open(plan.model(), store, plan.options())) {
      return run(model.engine());
    }
  }

  /** The same with an engine that is loaded already. */
  SoakRun run(Engine engine) throws InterruptedException {
    return new SoakRun(LocalDate.now(), Machine.of(plan.options()), plan, soak(engine));
  }

  private List<SoakRun.Sample> soak(Engine engine) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < plan.sequences(); i++) {
        SplittableRandom random = new SplittableRandom(i);
        running.add(threads.submit(() -> keepBusy(engine, random)));
      }
      long start = System.nanoTime();
      List<SoakRun.Sample> samples = new ArrayList<>();
      try {
        while (samples.size() < plan.samples() && running.stream().noneMatch(Future::isDone)) {
          long next = start + plan.time().toNanos() / plan.samples() * (samples.size() + 1);
          end.await(next - System.nanoTime(), TimeUnit.NANOSECONDS);
          samples.add(sample((System.nanoTime() - start) / SECOND_NANOS));
          progress.accept(samples.getLast());
        }
      } finally {
        end.countDown();
      }
      for (Future<?> one : running) {
        one.get();
      }
      return samples;
    } catch (ExecutionException e) {
      throw new EngineFailure("a sequence failed: " + e.getCause().getMessage(), e);
    }
  }

  private void keepBusy(Engine engine, SplittableRandom random) {
    while (end.getCount() > 0) {
      int outputMax = Math.min(OUTPUT_MAX, engine.positionLimit() - PROMPT_MAX);
      int prompt = random.nextInt(1, PROMPT_MAX + 1);
      int output = random.nextInt(1, outputMax + 1);
      if (random.nextInt(CHECKERS + 1) > 0) {
        open(engine, random, prompt + output).close();
      } else if (random.nextInt(GIVEN_UP) > 0) {
        write(engine, random, prompt, output);
      } else {
        write(engine, random, prompt, output / 2);
        given.increment();
      }
      sequences.increment();
    }
  }

  private void write(Engine engine, SplittableRandom random, int prompt, int output) {
    try (Session session = open(engine, random, prompt)) {
      for (int i = 0; i < output && end.getCount() > 0; i++) {
        session.step(random.nextInt(engine.vocabulary()), (position, token, rows, logits) -> {});
        decoded.increment();
      }
    }
  }

  private Session open(Engine engine, SplittableRandom random, int length) {
    int[] context = random.ints(length, 0, engine.vocabulary()).toArray();
    return engine.open(context, length - 1, (position, token, rows, logits) -> read.increment());
  }

  private SoakRun.Sample sample(double seconds) {
    System.gc();
    return new SoakRun.Sample(
        seconds,
        residentBytes(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted(),
        sequences.sum(),
        given.sum(),
        decoded.sum(),
        read.sum());
  }

  private static long residentBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow(() -> new UncheckedIOException(new IOException(STATUS + " has no VmRSS")));
    } catch (IOException e) {
      throw new UncheckedIOException("memory is read from " + STATUS + ", which Linux has", e);
    }
  }
}
