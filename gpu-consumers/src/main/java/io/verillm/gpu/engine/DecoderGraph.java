package io.verillm.gpu.engine;

import io.verillm.models.Boundary;
import io.verillm.models.ModelConfig;
import io.verillm.models.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX decoder as an engine meets it. Batch is 1; n is the number of tokens fed, p the number
 * fed before.
 *
 * @param source where the serialised model is
 * @param tokens input, int64 [1, n]
 * @param positions input, int64 [1, n]: p, p + 1, ...
 * @param past inputs, float [1, kvHeads, p, headDimension], keys and values of every layer
 * @param present outputs [1, kvHeads, p + n, headDimension] that are the next run's {@code past},
 *     same order
 * @param boundaries outputs [1, n, dimension], the boundary set in order, the final norm last
 * @param logits output [1, n, vocabulary]
 * @param kvHeads key-value heads
 * @param headDimension elements of a head
 * @param dimension elements of a row
 * @param vocabulary token ids
 * @param positionLimit most positions
 */
public record DecoderGraph(
    Source source,
    String tokens,
    String positions,
    List<String> past,
    List<String> present,
    List<String> boundaries,
    String logits,
    int kvHeads,
    int headDimension,
    int dimension,
    int vocabulary,
    int positionLimit) {
  /** Copies the lists; every cache output must have its input. */
  public DecoderGraph {
    past = List.copyOf(past);
    present = List.copyOf(present);
    boundaries = List.copyOf(boundaries);
    if (past.size() != present.size() || past.isEmpty()) {
      throw new IllegalArgumentException(
          past.size() + " cache inputs, but " + present.size() + " cache outputs");
    }
  }

  /** A serialised model. */
  public sealed interface Source {}

  /**
   * In memory.
   *
   * @param onnx shared, not copied
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record InMemory(byte[] onnx) implements Source {}

  /**
   * A file, with the file of its weights beside it.
   *
   * @param path the graph
   */
  public record OnDisk(Path path) implements Source {}

  /** The graph that the importer builds for this configuration. */
  public static DecoderGraph of(ModelConfig config, byte[] onnx) {
    return of(config, new InMemory(onnx));
  }

  /** The same from an imported model's file. */
  public static DecoderGraph of(ModelConfig config, Path file) {
    return of(config, new OnDisk(file));
  }

  private static DecoderGraph of(ModelConfig config, Source source) {
    List<String> past = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      past.add(OnnxModel.pastKey(layer));
      past.add(OnnxModel.pastValue(layer));
      present.add(OnnxModel.presentKey(layer));
      present.add(OnnxModel.presentValue(layer));
    }
    return new DecoderGraph(
        source,
        OnnxModel.INPUT_IDS,
        OnnxModel.POSITION_IDS,
        past,
        present,
        config.boundaries().stream().map(Boundary::output).toList(),
        OnnxModel.LOGITS,
        config.kvHeads(),
        config.headSize(),
        config.width(),
        config.vocabulary(),
        config.positions());
  }
}
