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
import java.util.stream.Stream;

/**
 * Builds a decoder of the Llama family as an ONNX graph in single precision (opset 17, primitive
 * operators). Sequences run in the groups of a {@link GraphForm}: each takes B sequences with S new
 * tokens each and P entries in each one's cache. Everything but attention runs over the N rows of
 * all, group by group, sequence by sequence.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>in</td><td>{@code input_ids}</td><td>int64 [B, S]</td></tr>
 * <tr><td>in</td><td>{@code position_ids}</td><td>int64 [B, S]: p, p+1, ..., p at most P</td></tr>
 * <tr><td>in</td><td>{@code past_key_values.N.key}, {@code .value}</td><td>float [B, kvHeads, P, headSize]</td></tr>
 * <tr><td>in</td><td>{@code logit_rows}</td><td>int64 [M]: rows whose logits are wanted</td></tr>
 * <tr><td>out</td><td>{@code logits}</td><td>float [M, vocabulary]</td></tr>
 * <tr><td>out</td><td>{@code present.N.key}, {@code .value}</td><td>float [B, kvHeads, P+S, headSize]</td></tr>
 * <tr><td>out</td><td>{@code boundary.K}</td><td>float [N, width], K as in {@link Boundary}</td></tr>
 * </table>
 *
 * <p>The p entries of a sequence's cache are the last of P, in order; entries before them are not
 * seen and may hold any finite number. A group may be empty: B = 0, S = 1, P = 0. A position at or
 * above the model's longest context makes the engine fail.
 */
public final class OnnxModel {

  /** Name of the token input. */
  public static final String INPUT_IDS = "input_ids";

  /** Name of the position input. */
  public static final String POSITION_IDS = "position_ids";

  /** Name of the input that asks for logits. */
  public static final String LOGIT_ROWS = "logit_rows";

  /** Name of the logits output. */
  public static final String LOGITS = "logits";

  /** The file of all graphs' weights. */
  public static final String DATA_FILE = "model.onnx.data";

  private OnnxModel() {}

  /** Names of the files that {@link #write} makes. */
  public static List<String> files() {
    return Stream.concat(Stream.of(GraphForm.values()).map(GraphForm::file), Stream.of(DATA_FILE))
        .toList();
  }

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
   * Builds a graph with its weights inside; equal arguments give equal bytes. For models below 2
   * GiB.
   *
   * @throws InvalidModelException naming a tensor that is missing or has another shape
   */
  public static byte[] build(ModelConfig config, Weights weights, GraphForm form) {
    return build(config, weights, form, WeightSink.inline());
  }

  /**
   * Writes the graphs and, beside them, their weights as {@value #DATA_FILE}. One tensor is in
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
      ExternalWeights sink = new ExternalWeights(data, DATA_FILE);
      for (GraphForm form : GraphForm.values()) {
        Files.write(folder.resolve(form.file()), build(config, weights, form, sink));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static byte[] build(
      ModelConfig config, Weights weights, GraphForm form, WeightSink sink) {
    GraphBuilder graph = new GraphBuilder(sink);
    graph.input(LOGIT_ROWS, TensorProto.DataType.INT64, "asked");
    List<SequenceGroup> groups =
        form.groups().stream().map(prefix -> new SequenceGroup(graph, config, prefix)).toList();
    LlamaLayers layers = new LlamaLayers(graph, config, weights, groups);
    String stream = layers.embedding();
    List<Boundary> boundaries = config.boundaries();
    int boundary = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      stream = layers.block(layer, stream);
      if (boundaries.get(boundary).name().equals("block" + (layer + 1))) {
        stream = output(graph, config, stream, boundaries.get(boundary++));
      }
    }
    String normed = layers.norm("model.norm.weight", stream, config.width());
    String rows = output(graph, config, normed, boundaries.get(boundary));
    graph.published(layers.logits(rows), LOGITS);
    graph.output(LOGITS, "asked", config.vocabulary());
    return graph.build();
  }

  private static String output(
      GraphBuilder graph, ModelConfig config, String rows, Boundary boundary) {
    graph.output(boundary.output(), "rows", config.width());
    return graph.published(rows, boundary.output());
  }
}
