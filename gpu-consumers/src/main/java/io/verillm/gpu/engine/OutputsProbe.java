package io.verillm.gpu.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model's boundary outputs cost. One loaded graph runs each step twice, once asked for all
 * outputs, whose rows are then copied out of the runtime, and once for all but the boundaries. Two
 * loaded graphs would not do: the same weights at other places of memory differ by some percent.
 */
public final class OutputsProbe implements AutoCloseable {
  private final OrtEnvironment runtime = OrtEnvironment.getEnvironment();
  private final DecoderGraph graph;
  private final OrtSession session;
  private final Set<String> all;
  private final Set<String> others;

  private OutputsProbe(DecoderGraph graph, OrtSession session) throws OrtException {
    this.graph = graph;
    this.session = session;
    this.all =
        session.getOutputInfo().values().stream()
            .map(NodeInfo::getName)
            .collect(Collectors.toUnmodifiableSet());
    this.others =
        all.stream()
            .filter(name -> !graph.boundaries().contains(name))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  static OutputsProbe open(DecoderGraph graph, EngineOptions options) {
    // Starts the runtime on a thread of its own.
    OnnxRuntime.engine();
    try (OrtSession.SessionOptions session = OnnxRuntime.session(options)) {
      OrtEnvironment runtime = OrtEnvironment.getEnvironment();
      return new OutputsProbe(
          graph,
          switch (graph.source()) {
            case DecoderGraph.InMemory memory -> runtime.createSession(memory.onnx(), session);
            case DecoderGraph.OnDisk file ->
                runtime.createSession(file.path().toAbsolutePath().toString(), session);
          });
    } catch (OrtException e) {
      throw new EngineFailure("cannot load a graph: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a prompt in one run and writes an output token by token, each run with and without.
   *
   * @return the time with boundaries beyond the time without, as a share of the latter; noise can
   *     be negative
   * @throws EngineFailure if the runtime fails
   */
  public double share(int prompt, int output) {
    long[] text =
        new Random(1).ints(prompt + output, 0, graph.vocabulary()).asLongStream().toArray();
    long with = 0;
    long without = 0;
    OrtSession.@Nullable Result cache = null;
    try {
      for (int at = 0; at < text.length; at += at == 0 ? prompt : 1) {
        EngineFailure.ifInterrupted(at);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        feed(inputs, cache, text, at, at == 0 ? prompt : 1);
        // Whoever comes second finds the processor's caches as the first left them.
        boolean first = at % 2 == 0;
        if (!first) {
          without += nanos(inputs);
        }
        long start = System.nanoTime();
        OrtSession.Result next = session.run(inputs, all);
        for (String boundary : graph.boundaries()) {
          ((OnnxTensor) next.get(boundary).orElseThrow()).getByteBuffer();
        }
        with += System.nanoTime() - start;
        if (first) {
          without += nanos(inputs);
        }
        if (cache != null) {
          // These close with it.
          inputs.keySet().removeAll(graph.groups().getFirst().past());
        }
        inputs.values().forEach(OnnxTensor::close);
        close(cache);
        cache = next;
      }
      return (double) with / without - 1;
    } catch (OrtException e) {
      throw new EngineFailure("the runtime failed: " + e.getMessage(), e);
    } finally {
      close(cache);
    }
  }

  private long nanos(Map<String, OnnxTensor> inputs) throws OrtException {
    long start = System.nanoTime();
    OrtSession.Result result = session.run(inputs, others);
    long end = System.nanoTime();
    result.close();
    return end - start;
  }

  private void feed(
      Map<String, OnnxTensor> inputs,
      OrtSession.@Nullable Result cache,
      long[] text,
      int at,
      int count)
      throws OrtException {
    DecoderGraph.Group group = graph.groups().getFirst();
    long[] shape = {1, count};
    long[] tokens = LongStream.range(at, at + count).map(i -> text[(int) i]).toArray();
    long[] positions = LongStream.range(at, at + count).toArray();
    inputs.put(group.tokens(), integers(tokens, shape));
    inputs.put(group.positions(), integers(positions, shape));
    inputs.put(graph.logitRows(), integers(new long[] {count - 1}, new long[] {1}));
    for (int i = 0; i < group.past().size(); i++) {
      inputs.put(
          group.past().get(i),
          cache == null ? none() : (OnnxTensor) cache.get(group.present().get(i)).orElseThrow());
    }
  }

  private OnnxTensor integers(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(runtime, LongBuffer.wrap(values), shape);
  }

  private OnnxTensor none() throws OrtException {
    return OnnxTensor.createTensor(
        runtime,
        FloatBuffer.allocate(0),
        new long[] {1, graph.kvHeads(), 0, graph.headDimension()});
  }

  private static void close(OrtSession.@Nullable Result result) {
    if (result != null) {
      result.close();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineFailure("the runtime failed: " + e.getMessage(), e);
    }
  }
}
