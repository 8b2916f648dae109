package io.verillm.gpu.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A graph in the runtime, which it leaves only when no run is under way. */
final class LoadedGraph implements AutoCloseable {
  private final Model model;
  private final DecoderGraph graph;
  private final TraceShape shape;
  private final EngineOptions options;

  /** Held for reading by who uses native memory. */
  private final ReadWriteLock memoryLock = new ReentrantReadWriteLock();

  private volatile boolean closed;

  private LoadedGraph(Model model, DecoderGraph graph, TraceShape shape, EngineOptions options) {
    this.model = model;
    this.graph = graph;
    this.shape = shape;
    this.options = options;
  }

  /**
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  static LoadedGraph load(Hash modelId, DecoderGraph graph, EngineOptions options) {
    TraceShape shape =
        new TraceShape(
            modelId,
            new NumericProfile(options.device().profile().id(), RowType.FP32),
            graph.boundaries().size(),
            graph.dimension());
    Model model = null;
    try (SessionOptions session = OnnxRuntime.session(options)) {
      // The session says the device; for any other than this DJL would add a provider of its own.
      model = OnnxRuntime.engine().newModel(modelId.hex(), Device.cpu());
      Map<String, SessionOptions> given = Map.of("sessionOptions", session);
      switch (graph.source()) {
        case DecoderGraph.InMemory memory ->
            model.load(new ByteArrayInputStream(memory.onnx()), given);
        case DecoderGraph.OnDisk file ->
            model.load(
                file.path().toAbsolutePath().getParent(),
                file.path().getFileName().toString(),
                given);
      }
      if (!model.getBlock().describeInput().keys().contains(graph.logitRows())) {
        throw new IllegalArgumentException(
            "the graph has no input %s; import the model again".formatted(graph.logitRows()));
      }
      return new LoadedGraph(model, graph, shape, options);
    } catch (IOException
        | OrtException
        | MalformedModelException
        | EngineException
        | IllegalArgumentException
        | LinkageError e) {
      if (model != null) {
        model.close();
      }
      throw new EngineFailure(
          "cannot load model %s on %s%s%s"
              .formatted(
                  modelId.hex(), options.device().label(), reason(e), need(options.device())),
          e);
    }
  }

  private static String reason(Throwable e) {
    return e.getCause() == null ? ": " + e.getMessage() : ": " + e.getCause().getMessage();
  }

  private static String need(EngineDevice device) {
    return device == EngineDevice.CPU
        ? ""
        : "; a GPU needs a build with -Pcuda and libraries of CUDA 12: docs/engine.md, Devices";
  }

  DecoderGraph graph() {
    return graph;
  }

  TraceShape shape() {
    return shape;
  }

  EngineOptions options() {
    return options;
  }

  /**
   * Owns arrays of one sequence or one batch.
   *
   * @throws EngineFailure if this is closed
   */
  NDManager newMemory() {
    memoryLock.readLock().lock();
    try {
      requireOpen();
      return model.getNDManager().newSubManager();
    } finally {
      memoryLock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EngineFailure("the engine is closed");
    }
  }

  /** Arrays in native memory that some session still holds. */
  int heldArrays() {
    return model.getNDManager().getManagedArrays().size();
  }

  /**
   * What a run feeds to one group.
   *
   * @param tokens sequence by sequence
   * @param positions of these
   * @param cache of these sequences
   */
  record Feed(long[] tokens, long[] positions, SequenceCache cache) {}

  /**
   * Runs once.
   *
   * @param memory owns the caches that come out
   * @param feeds one for each group
   * @param logitRows rows whose logits are wanted
   * @throws EngineFailure if the runtime fails or this is closed; the caches that went in are as
   *     they were
   */
  RunOutputs run(NDManager memory, List<Feed> feeds, long[] logitRows) {
    memoryLock.readLock().lock();
    try {
      requireOpen();
      return compute(memory, feeds, logitRows);
    } catch (EngineException e) {
      throw new EngineFailure("the runtime failed: " + e.getMessage(), e);
    } finally {
      memoryLock.readLock().unlock();
    }
  }

  private RunOutputs compute(NDManager memory, List<Feed> feeds, long[] logitRows) {
    try (NDManager scope = memory.newSubManager()) {
      NDList inputs = new NDList();
      for (int i = 0; i < feeds.size(); i++) {
        add(inputs, scope, graph.groups().get(i), feeds.get(i));
      }
      inputs.add(integers(scope, graph.logitRows(), logitRows, new Shape(logitRows.length)));
      Map<String, NDArray> outputs = new HashMap<>();
      long nanos = forward(scope, inputs, outputs);
      // What can fail comes first: the caches outlive this scope.
      List<ByteBuffer> boundaries =
          graph.boundaries().stream().map(name -> outputs.get(name).toByteBuffer()).toList();
      float[] logits = floats(outputs.get(graph.logits()));
      List<SequenceCache> caches = new ArrayList<>();
      for (DecoderGraph.Group group : graph.groups()) {
        caches.add(SequenceCache.keep(memory, group.present().stream().map(outputs::get).toList()));
      }
      return new RunOutputs(graph, boundaries, logits, caches, nanos);
    }
  }

  private static void add(NDList inputs, NDManager scope, DecoderGraph.Group group, Feed feed) {
    int sequences = feed.cache.sequences();
    // An empty group feeds one token of no sequence.
    Shape shape = new Shape(sequences, sequences == 0 ? 1 : feed.tokens.length / sequences);
    inputs.add(integers(scope, group.tokens(), feed.tokens, shape));
    inputs.add(integers(scope, group.positions(), feed.positions, shape));
    for (int i = 0; i < group.past().size(); i++) {
      NDArray past = feed.cache.arrays().get(i);
      past.setName(group.past().get(i));
      inputs.add(past);
    }
  }

  private static NDArray integers(NDManager scope, String name, long[] values, Shape shape) {
    NDArray array = scope.create(values, shape);
    array.setName(name);
    return array;
  }

  /** One copy: DJL's own would be of bytes, and floats another. */
  private static float[] floats(NDArray array) {
    return ((OrtNDArray) array).getTensor().getFloatBuffer().array();
  }

  private long forward(NDManager scope, NDList inputs, Map<String, NDArray> named) {
    acquireSlot();
    try {
      requireOpen();
      long start = System.nanoTime();
      NDList outputs = model.getBlock().forward(new ParameterStore(scope, false), inputs, false);
      outputs.forEach(output -> named.put(output.getName(), output));
      return System.nanoTime() - start;
    } finally {
      options.slots().release();
    }
  }

  private void acquireSlot() {
    try {
      options.slots().acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineFailure("interrupted before a run", e);
    }
  }

  /** Waits for the runs inside the runtime; runs that wait for a slot fail. */
  @Override
  public void close() {
    closed = true;
    memoryLock.writeLock().lock();
    try {
      model.close();
    } finally {
      memoryLock.writeLock().unlock();
    }
  }
}
