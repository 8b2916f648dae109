package io.verillm.models.onnx;

import static io.verillm.models.onnx.GraphBuilder.axes;
import static io.verillm.models.onnx.GraphBuilder.integer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.verillm.models.ModelConfig;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** The parts of a Llama decoder (Touvron et al. 2023) as graph nodes. */
final class LlamaLayers {

  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Weights weights;
  private final List<SequenceGroup> groups;
  private final String embedding;
  private final String cosine;
  private final String sine;
  private final String sizes;

  /**
   * @param groups whose rows lie under each other in this order, at least one
   */
  LlamaLayers(GraphBuilder graph, ModelConfig config, Weights weights, List<SequenceGroup> groups) {
    this.graph = graph;
    this.config = config;
    this.weights = weights;
    this.groups = groups;
    this.embedding =
        graph.tensor(EMBEDDING, weights.tensor(EMBEDDING, config.vocabulary(), config.width()));
    String positions = joined(groups.stream().map(SequenceGroup::positions).toList());
    this.cosine = angles("rope.cosine", positions, true);
    this.sine = angles("rope.sine", positions, false);
    this.sizes = joined(groups.stream().map(SequenceGroup::rows).toList());
  }

  /** Rows [N, width] of the tokens. */
  String embedding() {
    return graph.node(
        "Gather", embedding, joined(groups.stream().map(SequenceGroup::tokens).toList()));
  }

  private String joined(List<String> parts) {
    AttributeProto[] rows = {integer("axis", 0)};
    return parts.size() == 1
        ? parts.getFirst()
        : graph.node("Concat", rows, parts.toArray(String[]::new));
  }

  /** One block's output [N, width]. */
  String block(int index, String stream) {
    String layer = "model.layers." + index + ".";
    String attended =
        attention(index, layer, norm(layer + "input_layernorm.weight", stream, config.width()));
    String between = graph.node("Add", stream, attended);
    return graph.node(
        "Add",
        between,
        feedForward(
            layer, norm(layer + "post_attention_layernorm.weight", between, config.width())));
  }

  /** Root mean square normalisation over the last dimension. */
  String norm(String weight, String x, int size) {
    AttributeProto[] lastAxis = {axes(-1), integer("keepdims", 1)};
    String square = graph.node("ReduceMean", lastAxis, graph.node("Mul", x, x));
    String root = graph.node("Sqrt", graph.node("Add", square, epsilon()));
    String scale = graph.tensor(weight, weights.tensor(weight, size));
    return graph.node("Mul", graph.node("Div", x, root), scale);
  }

  /** Logits [M, vocabulary] of the final norm's rows that were asked for. */
  String logits(String rows) {
    String asked = graph.node("Gather", rows, OnnxModel.LOGIT_ROWS);
    if (!config.tiedEmbeddings()) {
      return linear(asked, "lm_head.weight", config.width(), config.vocabulary());
    }
    // Gemm reads the embedding as it lies, so that a tied model holds it once.
    AttributeProto[] transposed = {integer("transB", 1)};
    return graph.node("Gemm", transposed, asked, embedding);
  }

  private String feedForward(String layer, String x) {
    String gate = linear(x, layer + "mlp.gate_proj.weight", config.width(), config.inner());
    String up = linear(x, layer + "mlp.up_proj.weight", config.width(), config.inner());
    String active = graph.node("Mul", gate, graph.node("Sigmoid", gate));
    return linear(
        graph.node("Mul", active, up),
        layer + "mlp.down_proj.weight",
        config.inner(),
        config.width());
  }

  private String attention(int index, String layer, String x) {
    int all = config.heads() * config.headSize();
    String query = heads(x, layer + "self_attn.q_", config.heads());
    String key = heads(x, layer + "self_attn.k_", config.kvHeads());
    List<String> queries = parts(rotate(normed(layer + "self_attn.q_", query)));
    List<String> keys = parts(rotate(normed(layer + "self_attn.k_", key)));
    List<String> values = parts(heads(x, layer + "self_attn.v_", config.kvHeads()));
    List<String> attended = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      attended.add(groups.get(i).attention(index, queries.get(i), keys.get(i), values.get(i)));
    }
    String output =
        linear(joined(attended), layer + "self_attn.o_proj.weight", all, config.width());
    return config.attention().outputBias()
        ? biased(output, layer + "self_attn.o_proj.bias", config.width())
        : output;
  }

  /** Each group's rows. */
  private List<String> parts(String rows) {
    return groups.size() == 1 ? List.of(rows) : graph.split(rows, 0, groups.size(), sizes);
  }

  /** Projects and splits into heads: [N, heads, headSize]. */
  private String heads(String x, String name, int heads) {
    int all = heads * config.headSize();
    String projected = linear(x, name + "proj.weight", config.width(), all);
    if (config.attention().inputBias()) {
      projected = biased(projected, name + "proj.bias", all);
    }
    return graph.node("Reshape", projected, graph.integers(-1, heads, config.headSize()));
  }

  /** Heads of queries or keys, normalised where the model does so. */
  private String normed(String name, String heads) {
    return config.attention().headNorm()
        ? norm(name + "norm.weight", heads, config.headSize())
        : heads;
  }

  private String biased(String x, String bias, int size) {
    return graph.node("Add", x, graph.tensor(bias, weights.tensor(bias, size)));
  }

  /** Rotary positions, the halves of a head forming the pairs. */
  private String rotate(String x) {
    int half = config.headSize() / 2;
    List<String> halves = graph.split(x, -1, 2, graph.integers(half, half));
    String left = halves.getFirst();
    String right = halves.getLast();
    String first =
        graph.node("Sub", graph.node("Mul", left, cosine), graph.node("Mul", right, sine));
    String second =
        graph.node("Add", graph.node("Mul", right, cosine), graph.node("Mul", left, sine));
    AttributeProto[] lastAxis = {integer("axis", -1)};
    return graph.node("Concat", lastAxis, first, second);
  }

  private String linear(String x, String weight, int in, int out) {
    return graph.node(
        "MatMul", x, graph.tensor(weight, weights.tensor(weight, out, in).transpose()));
  }

  /** The table of cosines or sines at the tokens' positions: [N, 1, headSize / 2]. */
  private String angles(String name, String positions, boolean cosine) {
    int half = config.headSize() / 2;
    float[] table = new float[Math.multiplyExact(config.positions(), half)];
    double[] frequencies = new double[half];
    for (int pair = 0; pair < half; pair++) {
      frequencies[pair] = config.rope().frequency(pair, config.headSize());
    }
    for (int i = 0; i < table.length; i++) {
      double angle = i / half * frequencies[i % half];
      table[i] = (float) (cosine ? StrictMath.cos(angle) : StrictMath.sin(angle));
    }
    String stored = graph.tensor(name, new Tensor(new int[] {config.positions(), half}, table));
    return graph.node("Unsqueeze", graph.node("Gather", stored, positions), graph.integers(1));
  }

  private String epsilon() {
    return graph.scalar((float) config.normEpsilon());
  }
}
