package io.verillm.gpu.engine;

import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ScratchFolder;
import io.verillm.models.StoredModel;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Loads engines. With batches above 1 the steps of several sequences share runs, otherwise each
 * sequence has runs of its own.
 */
public final class Engines {
  private static final String SCRATCH = ".engine.part-";

  private Engines() {}

  /**
   * Builds a model and loads it.
   *
   * @param modelId the id that its leaves bear
   * @throws io.verillm.models.InvalidModelException naming a tensor that does not fit
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static Engine load(
      Hash modelId, ModelConfig config, Weights weights, EngineOptions options) {
    byte[] onnx = OnnxModel.build(config, weights, form(options));
    return load(modelId, config, new DecoderGraph.InMemory(onnx), options);
  }

  /**
   * The same for weights of any size, one tensor in memory at a time: the graph goes through files,
   * which are gone when it is loaded; what the runtime has mapped of them stays.
   *
   * @param scratch a folder with room for all weights in single precision
   * @param modelId the id that its leaves bear
   * @throws io.verillm.models.InvalidModelException naming a tensor that does not fit
   * @throws EngineFailure if there is no room, the device is not there or the runtime refuses the
   *     graph
   */
  public static Engine load(
      Path scratch, Hash modelId, ModelConfig config, Weights weights, EngineOptions options) {
    try (ScratchFolder folder = ScratchFolder.make(scratch, SCRATCH)) {
      OnnxModel.write(folder.path(), config, weights);
      Path graph = folder.path().resolve(form(options).file());
      return load(modelId, config, new DecoderGraph.OnDisk(graph), options);
    } catch (IOException e) {
      throw new EngineFailure(
          "cannot write %,d parameters in single precision to %s: %s"
              .formatted(config.parameters(), scratch, e.getMessage()),
          e);
    }
  }

  /**
   * Loads a model's files, with the weights changed where a variant asks for it.
   *
   * @param modelId the id that its leaves bear
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
    DecoderGraph.Source source = new DecoderGraph.OnDisk(model.graph(form(options)));
    return load(modelId, model.config(), source, options);
  }

  /**
   * Loads a model once more, to measure what its boundary outputs cost: one sequence at a time.
   *
   * @throws EngineFailure if the device is not there or the runtime refuses the graph
   */
  public static OutputsProbe outputs(ModelDirectory directory, EngineOptions options) {
    ModelConfig config = directory.config();
    try (OpenWeights weights = directory.weights()) {
      byte[] onnx = OnnxModel.build(config, weights, GraphForm.EVEN);
      return outputs(config, new DecoderGraph.InMemory(onnx), options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the weights of " + directory, e);
    }
  }

  /** The same of an imported model. */
  public static OutputsProbe outputs(StoredModel model, EngineOptions options) {
    return outputs(model.config(), new DecoderGraph.OnDisk(model.graph(GraphForm.EVEN)), options);
  }

  private static OutputsProbe outputs(
      ModelConfig config, DecoderGraph.Source source, EngineOptions options) {
    return OutputsProbe.open(DecoderGraph.of(config, GraphForm.EVEN, source), options);
  }

  private static Engine load(
      Hash modelId, ModelConfig config, DecoderGraph.Source source, EngineOptions options) {
    DecoderGraph graph = DecoderGraph.of(config, form(options), source);
    LoadedGraph loaded = LoadedGraph.load(modelId, graph, options);
    return options.batch() > 1 ? OnnxEngine.batching(loaded) : OnnxEngine.single(loaded);
  }

  private static GraphForm form(EngineOptions options) {
    return options.batch() > 1 ? GraphForm.MIXED : GraphForm.EVEN;
  }

  /** Version of the runtime behind every engine. */
  public static String runtimeVersion() {
    return OnnxRuntime.version();
  }
}
