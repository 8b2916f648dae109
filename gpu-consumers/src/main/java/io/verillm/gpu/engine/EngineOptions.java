package io.verillm.gpu.engine;

import java.util.concurrent.Semaphore;

/**
 * How engines of one process share its device.
 *
 * @param device where to run
 * @param threads threads inside one operator; 1 lets several sessions run side by side
 * @param chunk most tokens fed at once in a prefill, at least 4; bounds the memory of a prefill
 * @param batch most sequences that step in one run, with one more sequence's chunk riding along; 1
 *     runs each by itself
 * @param optimisation of the graph
 * @param slots how many runs may be inside the runtime at once, over all engines given these
 *     options
 */
public record EngineOptions(
    EngineDevice device,
    int threads,
    int chunk,
    int batch,
    GraphOptimisation optimisation,
    Semaphore slots) {
  private static final int CHUNK_MIN = 4;

  /** Refuses numbers out of range. */
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("an engine needs at least one thread, not " + threads);
    }
    if (chunk < CHUNK_MIN) {
      throw new IllegalArgumentException("a prefill chunk has at least 4 tokens, not " + chunk);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("a batch has at least one sequence, not " + batch);
    }
  }

  /** On the CPU: one thread for each run, as many runs as processors, chunks of 128 tokens. */
  public static EngineOptions cpu() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new EngineOptions(
        EngineDevice.CPU, 1, 128, 1, GraphOptimisation.ALL, new Semaphore(processors, true));
  }

  /** The same on a device. */
  public static EngineOptions on(EngineDevice device) {
    return cpu().withDevice(device);
  }

  /** The same with other chunks. */
  public EngineOptions withChunk(int chunk) {
    return new EngineOptions(device, threads, chunk, batch, optimisation, slots);
  }

  /** The same with other batches. */
  public EngineOptions withBatch(int batch) {
    return new EngineOptions(device, threads, chunk, batch, optimisation, slots);
  }

  /** The same with other threads. */
  public EngineOptions withThreads(int threads) {
    return new EngineOptions(device, threads, chunk, batch, optimisation, slots);
  }

  /** The same with its graph rewritten so far. */
  public EngineOptions withOptimisation(GraphOptimisation optimisation) {
    return new EngineOptions(device, threads, chunk, batch, optimisation, slots);
  }

  /** The same on another device. */
  public EngineOptions withDevice(EngineDevice device) {
    return new EngineOptions(device, threads, chunk, batch, optimisation, slots);
  }
}
