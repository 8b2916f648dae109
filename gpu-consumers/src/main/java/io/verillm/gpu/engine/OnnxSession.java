package io.verillm.gpu.engine;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One sequence in runs of its own; its cache stays in native memory and goes from a run's outputs
 * to the next run's inputs.
 */
final class OnnxSession extends FedSession {
  private final LoadedGraph loaded;
  private final NDManager memory;
  private SequenceCache cache;

  OnnxSession(LoadedGraph loaded) {
    super(loaded);
    this.loaded = loaded;
    this.memory = loaded.newMemory();
    this.cache = SequenceCache.empty(memory, loaded.graph(), 1);
  }

  @Override
  Rows run(int position, int[] tokens, int logitsFrom) {
    int unasked = Math.clamp(logitsFrom - position, 0, tokens.length);
    RunOutputs outputs =
        loaded.run(
            memory,
            List.of(
                new LoadedGraph.Feed(
                    Arrays.stream(tokens).asLongStream().toArray(),
                    LongStream.range(position, position + tokens.length).toArray(),
                    cache)),
            LongStream.range(unasked, tokens.length).toArray());
    cache.close();
    cache = outputs.caches().getFirst();
    return new Rows(outputs, 0, 0, outputs.nanos());
  }

  @Override
  public void close() {
    memory.close();
  }
}
