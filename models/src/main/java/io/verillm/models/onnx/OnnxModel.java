package io.verillm.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.verillm.models.Boundary;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Builds a decoder of the Llama family as an ONNX graph in single precision (opset 17, primitive
 * operators). B is the batch, S the new tokens, P the tokens in the cache (may be 0).
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>in</td><td>{@code input_ids}</td><td>int64 [B, S]</td></tr>
 * <tr><td>in</td><td>{@code position_ids}</td><td>int64 [B, S]: P, P+1, ...</td></tr>
 * <tr><td>in</td><td>{@code past_key_values.N.key}, {@code .value}</td><td>float [B, kvHeads, P, headSize]</td></tr>
 * <tr><td>out</td><td>{@code logits}</td><td>float [B, S, vocabulary]</td></tr>
 * <tr><td>out</td><td>{@code present.N.key}, {@code .value}</td><td>float [B, kvHeads, P+S, headSize]</td></tr>
 * <tr><td>out</td><td>{@code boundary.K}</td><td>float [B, S, width], K as in {@link Boundary}</td></tr>
 * </table>
 *
 * <p>A token sees the cache's entry j and the new tokens iff j is at most its own position, so a
 * cache holds positions 0..P-1 in order. A position at or above the model's longest context makes
 * the engine fail.
 */
public final class OnnxModel {

  /** Name of the token input. */
  public static final String INPUT_IDS = "input_ids";

  /** Name of the position input. */
  public static final String POSITION_IDS = "position_ids";

  /** Name of the logits output. */
  public static final String LOGITS = "logits";

  /** The graph's file. */
  public static final String FILE = "model.onnx";

  /** The file of its weights. */
  public static final String DATA_FILE = "model.onnx.data";

  private OnnxModel() {}

  /** Name of the cache input of a layer, counted from 0. */
  public static String pastKey(int layer) {
    return "past_key_values." + layer + ".key";
  }

  /** Name of the cache input of a layer, counted from 0. */
  public static String pastValue(int layer) {
    return "past_key_values." + layer + ".value";
  }

  /** Name of the cache output of a layer, counted from 0. */
  public static String presentKey(int layer) {
    return "present." + layer + ".key";
  }

  /** Name of the cache output of a layer, counted from 0. */
  public static String presentValue(int layer) {
    return "present." + layer + ".value";
  }

  /**
   * Builds the graph with its weights inside; equal arguments give equal bytes. For models below 2
   * GiB.
   *
   * @throws InvalidModelException naming a tensor that is missing or has another shape
   */
  public static byte[] build(ModelConfig config, Weights weights) {
    return build(config, weights, WeightSink.inline());
  }

  /**
   * Writes {@value #FILE} and, beside it, its weights as {@value #DATA_FILE}. One tensor is in
   * memory at a time.
   *
   * @param folder exists; a file that is there already is replaced
   * @throws InvalidModelException naming a tensor that is missing or has another shape
   * @throws IOException if a file cannot be written
   */
  public static void write(Path folder, ModelConfig config, Weights weights) throws IOException {
    try (FileChannel data =
        FileChannel.open(
            folder.resolve(DATA_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      byte[] graph = build(config, weights, new ExternalWeights(data, DATA_FILE));
      Files.write(folder.resolve(FILE), graph);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static byte[] build(ModelConfig config, Weights weights, WeightSink sink) {
    GraphBuilder graph = new GraphBuilder(sink);
    declare(graph, config);
    LlamaLayers layers = new LlamaLayers(graph, config, weights);
    String stream = layers.embedding();
    List<Boundary> boundaries = config.boundaries();
    int boundary = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      stream = layers.block(layer, stream);
      if (boundaries.get(boundary).name().equals("block" + (layer + 1))) {
        graph.alias(stream, boundaries.get(boundary++).output());
      }
    }
    String rows = layers.norm("model.norm.weight", stream, config.width());
    graph.alias(rows, boundaries.get(boundary).output());
    graph.alias(layers.logits(rows), LOGITS);
    return graph.build();
  }

  private static void declare(GraphBuilder graph, ModelConfig config) {
    int kv = config.kvHeads();
    int size = config.headSize();
    graph.input(INPUT_IDS, TensorProto.DataType.INT64, "batch", "tokens");
    graph.input(POSITION_IDS, TensorProto.DataType.INT64, "batch", "tokens");
    graph.output(LOGITS, "batch", "tokens", config.vocabulary());
    for (int layer = 0; layer < config.layers(); layer++) {
      graph.input(pastKey(layer), TensorProto.DataType.FLOAT, "batch", kv, "past", size);
      graph.input(pastValue(layer), TensorProto.DataType.FLOAT, "batch", kv, "past", size);
      graph.output(presentKey(layer), "batch", kv, "present", size);
      graph.output(presentValue(layer), "batch", kv, "present", size);
    }
    for (Boundary boundary : config.boundaries()) {
      graph.output(boundary.output(), "batch", "tokens", config.width());
    }
  }
}
