package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
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
  private static final PositionSink NOBODY = (position, token, rows, logits) -> {};

  private final Engine engine;
  private final int batch;
  private final Random random = new Random(1);

  SaturationBench(Engine engine, int batch) {
    this.engine = engine;
    this.batch = batch;
  }

  /**
   * One repeat, in seconds inside the runtime.
   *
   * @param generate writing all texts
   * @param verify one check alone
   * @param mixed writing all texts while one is checked
   */
  record Run(double generate, double verify, double mixed) {}

  Run run(int prompt, int output) {
    Callable<Long> author = () -> write(prompt, output);
    Callable<Long> checker = () -> read(prompt, output);
    List<Callable<Long>> authors = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      authors.add(author);
    }
    double generate = seconds(authors);
    double verify = seconds(List.of(checker));
    authors.add(checker);
    return new Run(generate, verify, seconds(authors));
  }

  private long write(int prompt, int output) {
    int[] text = text(prompt + output);
    try (Session session = engine.open(Arrays.copyOf(text, prompt), prompt - 1, NOBODY)) {
      for (int at = prompt; at < text.length; at++) {
        session.step(text[at], NOBODY);
      }
      return session.modelNanos();
    }
  }

  private long read(int prompt, int output) {
    try (Session session = engine.open(text(prompt + output), prompt - 1, NOBODY)) {
      return session.modelNanos();
    }
  }

  private synchronized int[] text(int size) {
    return random.ints(size, 0, engine.vocabulary()).toArray();
  }

  /** All at once; a session's time is its share of the runs that it was in. */
  private static double seconds(List<Callable<Long>> work) {
    try (ExecutorService workers = Executors.newFixedThreadPool(work.size())) {
      long nanos = 0;
      for (Future<Long> one : workers.invokeAll(work)) {
        nanos += one.get();
      }
      return nanos / SECOND_NANOS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a text could not be computed", e);
    }
  }
}
