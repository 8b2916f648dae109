package io.verillm.gpu.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;

/**
 * One sequence; its cache stays in native memory and goes from a run's outputs to the next run's
 * inputs.
 */
final class OnnxSession implements Session {
  private final DecoderGraph graph;
  private final Block block;
  private final NDManager manager;
  private final Semaphore slots;
  private List<NDArray> cache;
  private int size;
  private long modelNanos;

  OnnxSession(DecoderGraph graph, Block block, NDManager manager, Semaphore slots) {
    this.graph = graph;
    this.block = block;
    this.manager = manager;
    this.slots = slots;
    this.cache = emptyCache();
  }

  private List<NDArray> emptyCache() {
    Shape shape = new Shape(1, graph.kvHeads(), 0, graph.headDimension());
    return graph.past().stream()
        .map(name -> {
          NDArray empty = manager.create(FloatBuffer.allocate(0), shape);
          empty.setName(name);
          return empty;
        })
        .toList();
  }

  void prefill(int[] context, int chunk, int logitsFrom, PositionSink sink) {
    int at = 0;
    while (at < context.length) {
      int length = ChunkPlan.next(context.length - at, chunk);
      feed(Arrays.copyOfRange(context, at, at + length), logitsFrom, sink);
      at += length;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void step(int token, PositionSink sink) {
    if (size >= graph.positionLimit()) {
      throw new IllegalArgumentException(
          "no position behind the limit of " + graph.positionLimit());
    }
    feed(new int[] {token}, size, sink);
  }

  private void feed(int[] tokens, int logitsFrom, PositionSink sink) {
    for (int token : tokens) {
      if (token < 0 || token >= graph.vocabulary()) {
        throw new IllegalArgumentException(
            "token %d of a vocabulary of %d".formatted(token, graph.vocabulary()));
      }
    }
    try (NDManager run = manager.newSubManager()) {
      Map<String, NDArray> outputs = run(tokens, run);
      List<ByteBuffer> rows =
          graph.boundaries().stream().map(name -> outputs.get(name).toByteBuffer()).toList();
      FloatBuffer logits =
          size + tokens.length > logitsFrom
              ? outputs.get(graph.logits()).toByteBuffer().asFloatBuffer()
              : FloatBuffer.allocate(0);
      keepCache(outputs);
      tell(tokens, rows, logits, logitsFrom, sink);
    }
  }

  private Map<String, NDArray> run(int[] tokens, NDManager run) {
    NDList inputs = new NDList();
    inputs.add(row(run, graph.tokens(), Arrays.stream(tokens).asLongStream()));
    inputs.add(row(run, graph.positions(), LongStream.range(size, size + tokens.length)));
    inputs.addAll(cache);
    slots.acquireUninterruptibly();
    long start = System.nanoTime();
    try {
      NDList outputs = block.forward(new ParameterStore(run, false), inputs, false);
      Map<String, NDArray> named = new HashMap<>();
      outputs.forEach(output -> named.put(output.getName(), output));
      return named;
    } catch (EngineException e) {
      throw new EngineFailure("the runtime failed at position " + size, e);
    } finally {
      modelNanos += System.nanoTime() - start;
      slots.release();
    }
  }

  private static NDArray row(NDManager run, String name, LongStream values) {
    long[] row = values.toArray();
    NDArray array = run.create(row, new Shape(1, row.length));
    array.setName(name);
    return array;
  }

  private void keepCache(Map<String, NDArray> outputs) {
    List<NDArray> next = graph.present().stream().map(outputs::get).toList();
    for (int i = 0; i < next.size(); i++) {
      next.get(i).setName(graph.past().get(i));
      next.get(i).attach(manager);
    }
    cache.forEach(NDArray::close);
    cache = next;
  }

  private void tell(
      int[] tokens, List<ByteBuffer> rows, FloatBuffer logits, int logitsFrom, PositionSink sink) {
    int rowBytes = graph.dimension() * Float.BYTES;
    byte[] encoded = new byte[rows.size() * rowBytes];
    float[] wanted = new float[graph.vocabulary()];
    for (int i = 0; i < tokens.length; i++) {
      for (int boundary = 0; boundary < rows.size(); boundary++) {
        rows.get(boundary).get(i * rowBytes, encoded, boundary * rowBytes, rowBytes);
      }
      boolean withLogits = size >= logitsFrom;
      if (withLogits) {
        logits.get(i * wanted.length, wanted);
      }
      int position = size++;
      sink.accept(position, tokens[i], encoded, withLogits ? wanted : PositionSink.NO_LOGITS);
    }
  }

  @Override
  public long modelNanos() {
    return modelNanos;
  }

  @Override
  public void close() {
    manager.close();
  }
}
