package io.verillm.gpu.engine;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One sequence in runs of its own; its cache stays in native memory and goes from a run's outputs
 * to the next run's inputs.
 */
final class OnnxSession implements Session {
  private final LoadedGraph loaded;
  private final NDManager memory;
  private SequenceCache cache;
  private int size;
  private long modelNanos;

  OnnxSession(LoadedGraph loaded) {
    this.loaded = loaded;
    this.memory = loaded.newMemory();
    this.cache = SequenceCache.empty(memory, loaded.graph(), 1);
  }

  void prefill(int[] context, int logitsFrom, PositionSink sink) {
    while (size < context.length) {
      int length = ChunkPlan.next(context.length - size, loaded.options().chunk());
      feed(Arrays.copyOfRange(context, size, size + length), logitsFrom, sink);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void step(int token, PositionSink sink) {
    loaded.graph().requireStep(size, token);
    feed(new int[] {token}, size, sink);
  }

  private void feed(int[] tokens, int logitsFrom, PositionSink sink) {
    EngineFailure.ifInterrupted(size);
    int unasked = Math.clamp(logitsFrom - size, 0, tokens.length);
    RunOutputs outputs =
        loaded.run(
            memory,
            List.of(
                new LoadedGraph.Feed(
                    Arrays.stream(tokens).asLongStream().toArray(),
                    LongStream.range(size, size + tokens.length).toArray(),
                    cache)),
            LongStream.range(unasked, tokens.length).toArray());
    modelNanos += outputs.nanos();
    cache.close();
    cache = outputs.caches().getFirst();
    int position = size;
    size += tokens.length;
    outputs.tell(0, position, tokens, 0, logitsFrom, sink);
  }

  @Override
  public long modelNanos() {
    return modelNanos;
  }

  @Override
  public void close() {
    memory.close();
  }
}
