package io.verillm.gpu.engine;

import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.StoredModel;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.trace.TraceShape;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An {@link Engine} on DJL's ONNX Runtime engine that runs each sequence by itself. */
public final class OnnxEngine implements Engine {
  private final LoadedGraph loaded;

  private OnnxEngine(LoadedGraph loaded) {
    this.loaded = loaded;
  }

  /**
   * Loads a graph.
   *
   * @param modelId the id that its leaves bear
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  private static Engine load(Hash modelId, DecoderGraph graph, EngineOptions options) {
    LoadedGraph loaded = LoadedGraph.load(modelId, graph, options);
    return options.batch() > 1 ? BatchingEngine.start(loaded) : new OnnxEngine(loaded);
  }

  private static GraphForm form(EngineOptions options) {
    return options.batch() > 1 ? GraphForm.MIXED : GraphForm.EVEN;
  }

  /**
   * Builds a model and loads it.
   *
   * @param modelId the id that its leaves bear
   * @throws io.verillm.models.InvalidModelException naming a tensor that does not fit
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static Engine load(
      Hash modelId, ModelConfig config, Weights weights, EngineOptions options) {
    GraphForm form = form(options);
    byte[] onnx = OnnxModel.build(config, weights, form);
    return load(modelId, DecoderGraph.of(config, form, new DecoderGraph.InMemory(onnx)), options);
  }

  /**
   * Loads a model's files, with the weights changed where a variant asks for it.
   *
   * @throws io.verillm.models.InvalidModelException if the files are missing or damaged
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static Engine load(
      ModelDirectory directory, Hash modelId, Variant variant, EngineOptions options) {
    ModelConfig config = directory.config();
    try (OpenWeights weights = directory.weights()) {
      return load(modelId, config, variant.of(weights, config), options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + directory, e);
    }
  }

  /**
   * Loads an imported model.
   *
   * @param modelId the id that its leaves bear
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static Engine load(StoredModel model, Hash modelId, EngineOptions options) {
    GraphForm form = form(options);
    DecoderGraph.Source source = new DecoderGraph.OnDisk(model.graph(form));
    return load(modelId, DecoderGraph.of(model.config(), form, source), options);
  }

  /** Version of the runtime behind every engine. */
  public static String runtimeVersion() {
    return OnnxRuntime.version();
  }

  LoadedGraph loaded() {
    return loaded;
  }

  @Override
  public TraceShape shape() {
    return loaded.shape();
  }

  @Override
  public int vocabulary() {
    return loaded.graph().vocabulary();
  }

  @Override
  public int positionLimit() {
    return loaded.graph().positionLimit();
  }

  @Override
  public Session open(int[] context, int logitsFrom, PositionSink sink) {
    loaded.graph().requireContext(context);
    OnnxSession session = new OnnxSession(loaded);
    try {
      session.prefill(context, logitsFrom, sink);
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  @Override
  public void close() {
    loaded.close();
  }
}
