package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Generates several texts at once with an engine that runs their steps together. */
final class SaturationBench {
  private static final double SECOND_NANOS = 1e9;

  private final Engine engine;
  private final int batch;
  private final Random random = new Random(1);

  SaturationBench(Engine engine, int batch) {
    this.engine = engine;
    this.batch = batch;
  }

  /**
   * One repeat, in seconds of wall time.
   *
   * @param generate writing all texts
   * @param runtime of that, inside the runtime
   * @param prefill reading one prompt alone
   * @param verify one check alone
   * @param handover reading one prompt and half of the output alone
   * @param mixed writing all texts while as many others are checked
   */
  record Run(
      double generate,
      double runtime,
      double prefill,
      double verify,
      double handover,
      double mixed) {}

  Run run(int prompt, int output) {
    List<Callable<Long>> work = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      int[] text = text(prompt + output);
      work.add(() -> write(text, prompt));
    }
    Stopwatch watch = new Stopwatch();
    double runtime = runtimeSeconds(work);
    double generate = watch.lap();
    double prefill = CellBench.readSeconds(engine, text(prompt), prompt);
    double verify = CellBench.readSeconds(engine, text(prompt + output), prompt);
    double handover = CellBench.readSeconds(engine, text(prompt + output / 2), prompt);
    for (int i = 0; i < batch; i++) {
      int[] checked = text(prompt + output);
      work.add(() -> read(checked, prompt));
    }
    watch.lap();
    runtimeSeconds(work);
    return new Run(generate, runtime, prefill, verify, handover, watch.lap());
  }

  private long write(int[] text, int prompt) {
    try (Session session = engine.open(Arrays.copyOf(text, prompt), prompt - 1, CellBench.NOBODY)) {
      for (int at = prompt; at < text.length; at++) {
        session.step(text[at], CellBench.NOBODY);
      }
      return session.modelNanos();
    }
  }

  private long read(int[] text, int prompt) {
    try (Session session = engine.open(text, prompt - 1, CellBench.NOBODY)) {
      return session.modelNanos();
    }
  }

  private int[] text(int size) {
    return random.ints(size, 0, engine.vocabulary()).toArray();
  }

  /** All at once; a session's time is its share of the runs that it was in. */
  private static double runtimeSeconds(List<Callable<Long>> work) {
    try (ExecutorService workers = Executors.newFixedThreadPool(work.size())) {
      long nanos = 0;
      for (Future<Long> one : workers.invokeAll(work)) {
        nanos += one.get();
      }
      return nanos / SECOND_NANOS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new EngineFailure("a text could not be computed: " + e.getCause().getMessage(), e);
    }
  }
}
