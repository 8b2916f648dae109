package io.verillm.gpu.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.nn.Block;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** An {@link Engine} on DJL's ONNX Runtime engine. */
public final class OnnxEngine implements Engine {
  private final Model model;
  private final DecoderGraph graph;
  private final TraceShape shape;
  private final EngineOptions options;

  private OnnxEngine(Model model, DecoderGraph graph, TraceShape shape, EngineOptions options) {
    this.model = model;
    this.graph = graph;
    this.shape = shape;
    this.options = options;
  }

  /**
   * Loads a model.
   *
   * @param modelId the id that its leaves bear
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static OnnxEngine load(Hash modelId, DecoderGraph graph, EngineOptions options) {
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
      return new OnnxEngine(model, graph, shape, options);
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
          "cannot load model " + modelId.hex() + " on " + options.device().label() + reason(e), e);
    }
  }

  /**
   * Loads a model's files, with the weights changed where a variant asks for it.
   *
   * @throws io.verillm.models.InvalidModelException if the files are missing or damaged
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static OnnxEngine load(
      ModelDirectory directory, Hash modelId, Variant variant, EngineOptions options) {
    ModelConfig config = directory.config();
    try (OpenWeights weights = directory.weights()) {
      byte[] onnx = OnnxModel.build(config, variant.of(weights, config));
      return load(modelId, DecoderGraph.of(config, onnx), options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + directory, e);
    }
  }

  /** Version of the runtime behind every engine. */
  public static String runtimeVersion() {
    return OnnxRuntime.version();
  }

  private static String reason(Throwable e) {
    return e.getCause() == null ? ": " + e.getMessage() : ": " + e.getCause().getMessage();
  }

  @Override
  public TraceShape shape() {
    return shape;
  }

  @Override
  public int vocabulary() {
    return graph.vocabulary();
  }

  @Override
  public int positionLimit() {
    return graph.positionLimit();
  }

  @Override
  public Session open(int[] context, int logitsFrom, PositionSink sink) {
    if (context.length == 0 || context.length > graph.positionLimit()) {
      throw new IllegalArgumentException(
          "a context has 1..%d tokens, not %d".formatted(graph.positionLimit(), context.length));
    }
    OnnxSession session =
        new OnnxSession(graph, block(), model.getNDManager().newSubManager(), options.slots());
    try {
      session.prefill(context, options.chunk(), logitsFrom, sink);
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private Block block() {
    return model.getBlock();
  }

  @Override
  public void close() {
    model.close();
  }
}
