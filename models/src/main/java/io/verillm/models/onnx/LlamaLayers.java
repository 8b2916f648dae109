package io.verillm.models.onnx;

import static io.verillm.models.onnx.GraphBuilder.axes;
import static io.verillm.models.onnx.GraphBuilder.integer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.verillm.models.ModelConfig;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Weights;
import java.util.Collections;

/** The parts of a Llama decoder (Touvron et al. 2023) as graph nodes. */
final class LlamaLayers {

  private static final String EMBEDDING = "model.embed_tokens.weight";

  /** So low that its exponential is exactly 0, yet finite, so that no NaN can arise. */
  private static final float MASKED = -1e30f;

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final Weights weights;
  private final String embedding;
  private final String cosine;
  private final String sine;
  private final String mask;

  LlamaLayers(GraphBuilder graph, ModelConfig config, Weights weights) {
    this.graph = graph;
    this.config = config;
    this.weights = weights;
    this.embedding =
        graph.tensor(EMBEDDING, weights.tensor(EMBEDDING, config.vocabulary(), config.width()));
    this.cosine = angles("rope.cosine", true);
    this.sine = angles("rope.sine", false);
    this.mask = mask();
  }

  /** Rows [B, S, width] of the tokens. */
  String embedding() {
    return graph.node("Gather", embedding, OnnxModel.INPUT_IDS);
  }

  /** One block's output [B, S, width]. */
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

  /** Logits [B, S, vocabulary] of the final norm's rows. */
  String logits(String rows) {
    if (!config.tiedEmbeddings()) {
      return linear(rows, "lm_head.weight", config.width(), config.vocabulary());
    }
    // Gemm reads the embedding as it lies, so that a tied model holds it once.
    String flat = graph.node("Reshape", rows, graph.integers(-1, config.width()));
    AttributeProto[] transposed = {integer("transB", 1)};
    String logits = graph.node("Gemm", transposed, flat, embedding);
    AttributeProto[] first = {integer("axis", 0)};
    String shape =
        graph.node(
            "Concat",
            first,
            graph.node("Shape", OnnxModel.INPUT_IDS),
            graph.integers(config.vocabulary()));
    return graph.node("Reshape", logits, shape);
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
    int kv = config.kvHeads();
    int size = config.headSize();
    int all = config.heads() * size;
    String query =
        rotate(normed(layer + "self_attn.q_", heads(x, layer + "self_attn.q_", config.heads())));
    String key = rotate(normed(layer + "self_attn.k_", heads(x, layer + "self_attn.k_", kv)));
    String value = turned(heads(x, layer + "self_attn.v_", kv));
    AttributeProto[] alongTokens = {integer("axis", 2)};
    String keys = graph.node("Concat", alongTokens, OnnxModel.pastKey(index), key);
    String values = graph.node("Concat", alongTokens, OnnxModel.pastValue(index), value);
    graph.alias(keys, OnnxModel.presentKey(index));
    graph.alias(values, OnnxModel.presentValue(index));
    // Query heads that share a key head are laid under each other: one product for each key head.
    String grouped = graph.node("Reshape", query, graph.integers(0, kv, -1, size));
    String scaled = graph.node("Mul", grouped, graph.scalar((float) (1 / Math.sqrt(size))));
    String scores = graph.node("MatMul", scaled, transpose(keys, 0, 1, 3, 2));
    AttributeProto[] lastAxis = {integer("axis", -1)};
    String shares = graph.node("Softmax", lastAxis, graph.node("Add", scores, mask));
    String mixed = graph.node("MatMul", shares, values);
    String apart = graph.node("Reshape", mixed, graph.integers(0, config.heads(), -1, size));
    String joined = graph.node("Reshape", transpose(apart, 0, 2, 1, 3), graph.integers(0, 0, all));
    String output = linear(joined, layer + "self_attn.o_proj.weight", all, config.width());
    return config.attention().outputBias()
        ? biased(output, layer + "self_attn.o_proj.bias", config.width())
        : output;
  }

  /** Projects and splits into heads: [B, S, heads, headSize]. */
  private String heads(String x, String name, int heads) {
    int all = heads * config.headSize();
    String projected = linear(x, name + "proj.weight", config.width(), all);
    if (config.attention().inputBias()) {
      projected = biased(projected, name + "proj.bias", all);
    }
    return graph.node("Reshape", projected, graph.integers(0, 0, heads, config.headSize()));
  }

  /** Heads [B, heads, S, headSize] of queries or keys, normalised where the model does so. */
  private String normed(String name, String heads) {
    return turned(
        config.attention().headNorm()
            ? norm(name + "norm.weight", heads, config.headSize())
            : heads);
  }

  private String turned(String heads) {
    return transpose(heads, 0, 2, 1, 3);
  }

  private String biased(String x, String bias, int size) {
    return graph.node("Add", x, graph.tensor(bias, weights.tensor(bias, size)));
  }

  /** Rotary positions, the halves of a head forming the pairs. */
  private String rotate(String x) {
    String[] halves = graph.halves(x, config.headSize() / 2);
    String first =
        graph.node("Sub", graph.node("Mul", halves[0], cosine), graph.node("Mul", halves[1], sine));
    String second =
        graph.node("Add", graph.node("Mul", halves[1], cosine), graph.node("Mul", halves[0], sine));
    AttributeProto[] lastAxis = {integer("axis", -1)};
    return graph.node("Concat", lastAxis, first, second);
  }

  private String transpose(String x, long... order) {
    AttributeProto.Builder permutation =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : order) {
      permutation.addInts(axis);
    }
    return graph.node("Transpose", new AttributeProto[] {permutation.build()}, x);
  }

  private String linear(String x, String weight, int in, int out) {
    return graph.node(
        "MatMul", x, graph.tensor(weight, weights.tensor(weight, out, in).transpose()));
  }

  /** The table of cosines or sines at the tokens' positions: [B, 1, S, headSize / 2]. */
  private String angles(String name, boolean cosine) {
    int half = config.headSize() / 2;
    float[] table = new float[Math.multiplyExact(config.positions(), half)];
    for (int i = 0; i < table.length; i++) {
      double frequency = config.rope().frequency(i % half, config.headSize());
      double angle = i / half * frequency;
      table[i] = (float) (cosine ? StrictMath.cos(angle) : StrictMath.sin(angle));
    }
    String stored = graph.tensor(name, new Tensor(new int[] {config.positions(), half}, table));
    return graph.node(
        "Unsqueeze", graph.node("Gather", stored, OnnxModel.POSITION_IDS), graph.integers(1));
  }

  /** What to add to the scores: 0 where the key's index is at most the token's position. */
  private String mask() {
    AttributeProto[] tokens = {integer("axis", 0)};
    String past =
        graph.node("Gather", tokens, graph.node("Shape", OnnxModel.pastKey(0)), graph.integer(2));
    String fresh =
        graph.node("Gather", tokens, graph.node("Shape", OnnxModel.INPUT_IDS), graph.integer(1));
    String keys =
        graph.node("Range", graph.integer(0), graph.node("Add", past, fresh), graph.integer(1));
    String positions = graph.node("Unsqueeze", OnnxModel.POSITION_IDS, graph.integers(1, 3));
    String visible = graph.node("LessOrEqual", keys, positions);
    String bias = graph.node("Where", visible, graph.scalar(0), graph.scalar(MASKED));
    String[] groups =
        Collections.nCopies(config.heads() / config.kvHeads(), bias).toArray(String[]::new);
    AttributeProto[] alongTokens = {integer("axis", 2)};
    return groups.length == 1 ? bias : graph.node("Concat", alongTokens, groups);
  }

  private String epsilon() {
    return graph.scalar((float) config.normEpsilon());
  }
}
