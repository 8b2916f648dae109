package io.verillm.gpu.engine;

import io.verillm.models.Boundary;
import io.verillm.models.ModelConfig;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX decoder as an engine meets it.
 *
 * @param source where the serialised model is
 * @param groups of sequences that one run takes, at least one
 * @param logitRows input, int64 [m]: rows whose logits are wanted
 * @param logits output [m, vocabulary]
 * @param boundaries outputs [n, dimension], the boundary set in order, the final norm last; n is
 *     the number of tokens of all groups
 * @param kvHeads key-value heads
 * @param headDimension elements of a head
 * @param dimension elements of a row
 * @param vocabulary token ids
 * @param positionLimit most positions
 */
public record DecoderGraph(
    Source source,
    List<Group> groups,
    String logitRows,
    String logits,
    List<String> boundaries,
    int kvHeads,
    int headDimension,
    int dimension,
    int vocabulary,
    int positionLimit) {
  /** Copies the lists. */
  public DecoderGraph {
    groups = List.copyOf(groups);
    boundaries = List.copyOf(boundaries);
  }

  /**
   * Inputs and outputs of b sequences that feed s tokens each and have p entries in each one's
   * cache, the last being the newest.
   *
   * @param tokens input, int64 [b, s]
   * @param positions input, int64 [b, s]
   * @param past inputs, float [b, kvHeads, p, headDimension], keys and values of every layer
   * @param present outputs [b, kvHeads, p + s, headDimension] that are the next run's {@code past},
   *     same order
   */
  public record Group(String tokens, String positions, List<String> past, List<String> present) {
    /** Copies the lists; every cache output must have its input. */
    public Group {
      past = List.copyOf(past);
      present = List.copyOf(present);
      if (past.size() != present.size() || past.isEmpty()) {
        throw new IllegalArgumentException(
            past.size() + " cache inputs, but " + present.size() + " cache outputs");
      }
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

  /** A graph that {@link OnnxModel} builds for this configuration. */
  public static DecoderGraph of(ModelConfig config, GraphForm form, Source source) {
    return new DecoderGraph(
        source,
        form.groups().stream().map(prefix -> group(config, prefix)).toList(),
        OnnxModel.LOGIT_ROWS,
        OnnxModel.LOGITS,
        config.boundaries().stream().map(Boundary::output).toList(),
        config.kvHeads(),
        config.headSize(),
        config.width(),
        config.vocabulary(),
        config.positions());
  }

  private static Group group(ModelConfig config, String prefix) {
    List<String> past = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      past.add(prefix + OnnxModel.pastKey(layer));
      past.add(prefix + OnnxModel.pastValue(layer));
      present.add(prefix + OnnxModel.presentKey(layer));
      present.add(prefix + OnnxModel.presentValue(layer));
    }
    return new Group(prefix + OnnxModel.INPUT_IDS, prefix + OnnxModel.POSITION_IDS, past, present);
  }

  void requireContext(int[] context) {
    if (context.length == 0 || context.length > positionLimit) {
      throw new IllegalArgumentException(
          "a context has 1..%d tokens, not %d".formatted(positionLimit, context.length));
    }
    for (int token : context) {
      requireToken(token);
    }
  }

  void requireStep(int position, int token) {
    if (position >= positionLimit) {
      throw new IllegalArgumentException("no position behind the limit of " + positionLimit);
    }
    requireToken(token);
  }

  private void requireToken(int token) {
    if (token < 0 || token >= vocabulary) {
      throw new IllegalArgumentException(
          "token %d of a vocabulary of %d".formatted(token, vocabulary));
    }
  }
}
