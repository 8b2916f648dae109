package io.verillm.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import io.verillm.models.Attention;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelConfig;
import io.verillm.models.Rope;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelTest {

  private static final double ORACLE_TOLERANCE = 2e-5;
  private static final double DECODE_TOLERANCE = 1e-4;

  static Stream<ModelConfig> shapes() {
    return Stream.of(
        shape(1, 1, 1, 4, true),
        shape(2, 4, 4, 8, false),
        shape(3, 4, 2, 6, true),
        shape(9, 6, 2, 8, false),
        shape(16, 4, 1, 10, true),
        shape(2, 4, 2, 8, new Attention(true, false, false), Rope.plain(1_000_000)),
        shape(2, 4, 4, 8, new Attention(true, true, false), new Rope(10_000, new Rope.Linear(4))),
        shape(
            3,
            4,
            2,
            16,
            new Attention(false, false, true),
            new Rope(500_000, new Rope.Llama3(8, 1, 4, 16))));
  }

  private static ModelConfig shape(
      int layers, int heads, int kv, int size, Attention attention, Rope rope) {
    return new ModelConfig(
        67, 24, 40, layers, heads, kv, size, 64, rope, 1e-5, attention, false, List.of(1));
  }

  private static ModelConfig shape(int layers, int heads, int kv, int size, boolean tied) {
    return new ModelConfig(
        67,
        24,
        40,
        layers,
        heads,
        kv,
        size,
        64,
        Rope.plain(10_000),
        1e-5,
        Attention.PLAIN,
        tied,
        List.of(1));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldAgreeWithTheOracleOnEveryBoundaryAndLogit(ModelConfig config) throws OrtException {
    RandomModel model = RandomModel.of(config, config.hashCode());
    requireAgreement(config, model, ids(31, config.vocabulary()), ORACLE_TOLERANCE);
  }

  @Test
  void shouldAgreeWithTheOracleOnTheBuiltInModel() throws OrtException, IOException {
    try (BuiltInModel builtIn = BuiltInModel.load();
        var weights = builtIn.directory().weights()) {
      Map<String, Tensor> loaded = new HashMap<>();
      weights.names().forEach(name -> loaded.put(name, weights.tensor(name)));
      RandomModel model = new RandomModel(builtIn.config(), loaded);
      long[] ids = longs(builtIn.tokenizer().prompt("In the beginning God created the heaven"));
      requireAgreement(builtIn.config(), model, ids, ORACLE_TOLERANCE);
    }
  }

  private static void requireAgreement(
      ModelConfig config, Weights weights, long[] ids, double tolerance) throws OrtException {
    ReferenceDecoder.Result expected = new ReferenceDecoder(config, weights).run(ids);
    for (GraphForm form : GraphForm.values()) {
      try (OnnxRun run = new OnnxRun(config, form, OnnxModel.build(config, weights, form))) {
        List<OnnxRun.Step> groups = run.steps(ids);
        assertThat(groups).hasSameSizeAs(form.groups());
        groups.forEach(actual -> requireNear(config, expected, actual, tolerance));
      }
    }
  }

  private static void requireNear(
      ModelConfig config, ReferenceDecoder.Result expected, OnnxRun.Step actual, double tolerance) {
    assertThat(actual.boundaries()).hasSize(expected.boundaries().length);
    for (int i = 0; i < expected.boundaries().length; i++) {
      double error = Distance.relative(expected.boundaries()[i], actual.boundaries().get(i));
      assertThat(error).as("boundary %d of %s", i, config).isLessThan(tolerance);
    }
    assertThat(Distance.relative(expected.logits(), actual.logits()))
        .as("logits of %s", config)
        .isLessThan(tolerance);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldDecodeWithCacheAsItPrefills(ModelConfig config) throws OrtException {
    for (GraphForm form : GraphForm.values()) {
      requireDecodingAsPrefill(config, form);
    }
  }

  private static void requireDecodingAsPrefill(ModelConfig config, GraphForm form)
      throws OrtException {
    RandomModel model = RandomModel.of(config, 7);
    long[] ids = ids(23, config.vocabulary());
    try (OnnxRun run = new OnnxRun(config, form, OnnxModel.build(config, model, form))) {
      OnnxRun.Step whole = run.step(ids);
      run.reset();
      int at = 0;
      // A first chunk, then single tokens, then two at once: every way a worker may take.
      for (int size : new int[] {8, 1, 1, 1, 2, 5, 1, 1, 1, 2}) {
        for (OnnxRun.Step part : run.steps(Arrays.copyOfRange(ids, at, at + size))) {
          for (int b = 0; b < config.boundaries().size(); b++) {
            requireRows(whole.boundaries().get(b), part.boundaries().get(b), at, config.width());
          }
          requireRows(whole.logits(), part.logits(), at, config.vocabulary());
        }
        at += size;
      }
      assertThat(at).isEqualTo(ids.length);
    }
  }

  private static void requireRows(float[] whole, float[] part, int at, int width) {
    float[] same = Arrays.copyOfRange(whole, at * width, at * width + part.length);
    assertThat(Distance.relative(same, part)).isLessThan(DECODE_TOLERANCE);
  }

  @Test
  void shouldNotSeeLaterTokens() throws OrtException {
    ModelConfig config = shape(3, 4, 2, 6, true);
    byte[] bytes = OnnxModel.build(config, RandomModel.of(config, 3), GraphForm.EVEN);
    try (OnnxRun run = new OnnxRun(config, bytes)) {
      float[] first = run.step(5, 6, 7, 8).logits();
      run.reset();
      float[] second = run.step(5, 6, 7, 9).logits();
      int seen = 3 * config.vocabulary();
      assertThat(Arrays.copyOf(first, seen)).containsExactly(Arrays.copyOf(second, seen));
      assertThat(first).isNotEqualTo(second);
    }
  }

  @Test
  void shouldFailOnAPositionBeyondTheLongestContext() throws OrtException {
    ModelConfig config = shape(1, 1, 1, 4, true);
    byte[] bytes = OnnxModel.build(config, RandomModel.of(config, 3), GraphForm.EVEN);
    try (OnnxRun run = new OnnxRun(config, bytes)) {
      run.step(ids(config.positions(), config.vocabulary()));
      assertThatThrownBy(() -> run.step(1)).isInstanceOf(OrtException.class);
    }
  }

  @Test
  void shouldBuildTheSameBytesTwice() {
    ModelConfig config = shape(9, 6, 2, 8, false);
    byte[] once = OnnxModel.build(config, RandomModel.of(config, 5), GraphForm.EVEN);
    byte[] again = OnnxModel.build(config, RandomModel.of(config, 5), GraphForm.EVEN);
    byte[] other = OnnxModel.build(config, RandomModel.of(config, 6), GraphForm.EVEN);
    assertThat(once).isEqualTo(again).isNotEqualTo(other);
  }

  @Test
  void shouldComputeTheSameFromWeightsBesideTheGraph(@TempDir Path folder)
      throws IOException, OrtException {
    ModelConfig config = shape(2, 4, 2, 8, true);
    RandomModel model = RandomModel.of(config, 5);
    OnnxModel.write(folder, config, model);
    assertThat(Files.size(folder.resolve(GraphForm.EVEN.file()))).isLessThan(60_000);
    for (GraphForm form : GraphForm.values()) {
      try (OnnxRun inline = new OnnxRun(config, form, OnnxModel.build(config, model, form));
          OnnxRun external = new OnnxRun(config, form, folder)) {
        List<OnnxRun.Step> expected = inline.steps(4, 5, 6);
        List<OnnxRun.Step> actual = external.steps(4, 5, 6);
        for (int group = 0; group < expected.size(); group++) {
          assertThat(actual.get(group).logits()).isEqualTo(expected.get(group).logits());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveTheRuntimeNoCopyOfAnOutput(GraphForm form, @TempDir Path folder)
      throws IOException, OrtException {
    ModelConfig config = shape(9, 4, 2, 8, true);
    byte[] graph = OnnxModel.build(config, RandomModel.of(config, 5), form);

    Map<String, Integer> operators = OnnxRun.optimised(graph, folder.resolve("optimised.onnx"));

    assertThat(operators).doesNotContainKey("Identity").containsKey("Concat");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRunNoNodeForItsBoundaryOutputs(GraphForm form, @TempDir Path folder)
      throws IOException, OrtException {
    ModelConfig config = shape(9, 4, 2, 8, true);
    byte[] graph = OnnxModel.build(config, RandomModel.of(config, 5), form);
    ModelProto.Builder bare = ModelProto.parseFrom(graph).toBuilder();
    List<ValueInfoProto> outputs =
        bare.getGraph().getOutputList().stream()
            .filter(output -> !output.getName().startsWith("boundary"))
            .toList();
    bare.getGraphBuilder().clearOutput().addAllOutput(outputs);
    assertThat(outputs).hasSize(1 + 2 * 9 * form.groups().size());

    assertThat(OnnxRun.optimised(graph, folder.resolve("all.onnx")))
        .isEqualTo(OnnxRun.optimised(bare.build().toByteArray(), folder.resolve("bare.onnx")));
  }

  @Test
  void shouldNameATensorThatIsMissingOrOfAnotherShape() {
    ModelConfig config = shape(2, 4, 4, 8, false);
    RandomModel model = RandomModel.of(config, 1);
    Map<String, Tensor> missing = new HashMap<>(model.tensors());
    missing.remove("model.layers.1.mlp.up_proj.weight");
    assertThatThrownBy(
            () -> OnnxModel.build(config, new RandomModel(config, missing), GraphForm.EVEN))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.layers.1.mlp.up_proj.weight");
    Map<String, Tensor> misshaped = new HashMap<>(model.tensors());
    misshaped.put("lm_head.weight", new Tensor(new int[] {2, 3}, new float[6]));
    assertThatThrownBy(
            () -> OnnxModel.build(config, new RandomModel(config, misshaped), GraphForm.EVEN))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("lm_head.weight")
        .hasMessageContaining("[2, 3]");
  }

  @Test
  void shouldNameTheBuiltInBoundaries() {
    try (BuiltInModel builtIn = BuiltInModel.load()) {
      List<String> names = builtIn.config().boundaries().stream().map(b -> b.name()).toList();
      assertThat(names).containsExactly("block8", "block12", "norm");
    }
  }

  private static long[] ids(int size, int vocabulary) {
    return new Random(11).longs(size, 0, vocabulary).toArray();
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }
}
