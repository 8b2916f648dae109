package io.verillm.models.onnx;

import static io.verillm.models.onnx.GraphBuilder.integer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.verillm.models.ModelConfig;
import java.util.Collections;

/**
 * Sequences that feed equally many tokens in one run, with their caches: the part of attention in
 * which sequences are apart. B sequences, S tokens of each, P entries of each one's cache.
 */
final class SequenceGroup {

  /** So low that its exponential is exactly 0, yet finite, so that no NaN can arise. */
  private static final float MASKED = -1e30f;

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final String prefix;
  private final String tokens;
  private final String positions;
  private final String mask;
  private final String queryShape;
  private final String keyShape;
  private final String turnedShape;
  private final String groupedShape;

  /**
   * Declares the group's inputs and outputs.
   *
   * @param prefix of their names
   */
  SequenceGroup(GraphBuilder graph, ModelConfig config, String prefix) {
    this.graph = graph;
    this.config = config;
    this.prefix = prefix;
    String batch = prefix + "batch";
    String ids = prefix + OnnxModel.INPUT_IDS;
    String positionIds = prefix + OnnxModel.POSITION_IDS;
    graph.input(ids, TensorProto.DataType.INT64, batch, prefix + "tokens");
    graph.input(positionIds, TensorProto.DataType.INT64, batch, prefix + "tokens");
    for (int layer = 0; layer < config.layers(); layer++) {
      cache(batch, OnnxModel.pastKey(layer), OnnxModel.presentKey(layer));
      cache(batch, OnnxModel.pastValue(layer), OnnxModel.presentValue(layer));
    }
    this.tokens = flat(ids);
    this.positions = flat(positionIds);
    String sequences = dimension(ids, 0);
    String fresh = dimension(ids, 1);
    int size = config.headSize();
    int kv = config.kvHeads();
    // No -1 in these: nothing can be inferred from an empty group.
    this.queryShape = joined(sequences, fresh, graph.integers(config.heads(), size));
    this.keyShape = joined(sequences, fresh, graph.integers(kv, size));
    this.turnedShape =
        joined(sequences, graph.integers(config.heads()), fresh, graph.integers(size));
    String sharing = graph.node("Mul", fresh, graph.integers(config.heads() / kv));
    this.groupedShape = joined(sequences, graph.integers(kv), sharing, graph.integers(size));
    this.mask = mask(fresh, positionIds);
  }

  private void cache(String batch, String past, String present) {
    int kv = config.kvHeads();
    int size = config.headSize();
    graph.input(prefix + past, TensorProto.DataType.FLOAT, batch, kv, prefix + "past", size);
    graph.output(prefix + present, batch, kv, prefix + "present", size);
  }

  private String flat(String ids) {
    return graph.node("Reshape", ids, graph.integers(-1));
  }

  private String dimension(String value, int dimension) {
    AttributeProto[] first = {integer("axis", 0)};
    return graph.node("Gather", first, graph.node("Shape", value), graph.integers(dimension));
  }

  private String joined(String... dimensions) {
    AttributeProto[] first = {integer("axis", 0)};
    return graph.node("Concat", first, dimensions);
  }

  /** Token ids [B * S]. */
  String tokens() {
    return tokens;
  }

  /** Positions [B * S]. */
  String positions() {
    return positions;
  }

  /** How many rows the group has: [1]. */
  String rows() {
    return graph.node("Shape", tokens);
  }

  /**
   * Mixes values by attention.
   *
   * @param layer from 0
   * @param queries rotated, [B * S, heads, headSize]
   * @param keys rotated, [B * S, kvHeads, headSize]
   * @param values as keys
   * @return [B * S, heads * headSize]
   */
  String attention(int layer, String queries, String keys, String values) {
    int size = config.headSize();
    String query = turned(graph.node("Reshape", queries, queryShape));
    String key = appended(keys, OnnxModel.pastKey(layer), OnnxModel.presentKey(layer));
    String value = appended(values, OnnxModel.pastValue(layer), OnnxModel.presentValue(layer));
    // Query heads that share a key head are laid under each other: one product for each key head.
    String grouped = graph.node("Reshape", query, groupedShape);
    String scaled = graph.node("Mul", grouped, graph.scalar((float) (1 / Math.sqrt(size))));
    String scores = graph.node("MatMul", scaled, graph.transpose(key, 0, 1, 3, 2));
    AttributeProto[] lastAxis = {integer("axis", -1)};
    String shares = graph.node("Softmax", lastAxis, graph.node("Add", scores, mask));
    String mixed = graph.node("MatMul", shares, value);
    String apart = graph.node("Reshape", mixed, turnedShape);
    return graph.node("Reshape", turned(apart), graph.integers(-1, config.heads() * size));
  }

  private String appended(String rows, String past, String present) {
    AttributeProto[] alongTokens = {integer("axis", 2)};
    String fresh = turned(graph.node("Reshape", rows, keyShape));
    String all = graph.node("Concat", alongTokens, prefix + past, fresh);
    return graph.published(all, prefix + present);
  }

  private String turned(String heads) {
    return graph.transpose(heads, 0, 2, 1, 3);
  }

  /**
   * What to add to the scores: 0 where the token sees the key. Caches end together, so a cache that
   * is shorter than P begins with padding: key j stands at position j - (P - first position).
   */
  private String mask(String fresh, String positionIds) {
    String past = dimension(prefix + OnnxModel.pastKey(0), 2);
    String all = graph.node("Squeeze", graph.node("Add", past, fresh));
    String keys = graph.node("Range", graph.integer(0), all, graph.integer(1));
    String padding =
        graph.node(
            "Sub",
            past,
            graph.node(
                "Slice", positionIds, graph.integers(0), graph.integers(1), graph.integers(1)));
    String keyPositions =
        graph.node("Sub", keys, graph.node("Unsqueeze", padding, graph.integers(2, 3)));
    String own = graph.node("Unsqueeze", positionIds, graph.integers(1, 3));
    String visible =
        graph.node(
            "And",
            graph.node("LessOrEqual", keyPositions, own),
            graph.node("GreaterOrEqual", keyPositions, graph.integer(0)));
    String bias = graph.node("Where", visible, graph.scalar(0), graph.scalar(MASKED));
    String[] groups =
        Collections.nCopies(config.heads() / config.kvHeads(), bias).toArray(String[]::new);
    AttributeProto[] alongTokens = {integer("axis", 2)};
    return groups.length == 1 ? bias : graph.node("Concat", alongTokens, groups);
  }
}
