package io.verillm.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.verillm.models.Attention;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.Rope;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantTest {

  @Test
  void shouldMoveRowsOfTheBuiltInModelByAsMuchAsEachVariantLoses()
      throws OrtException, IOException {
    // Given
    Map<Variant, Double> distance = new EnumMap<>(Variant.class);
    try (BuiltInModel model = BuiltInModel.load();
        OpenWeights weights = model.directory().weights()) {
      int[] prompt = model.tokenizer().prompt("And God said, Let there be light: and there was");
      long[] ids = Arrays.stream(prompt).asLongStream().toArray();
      float[] honest = norm(model, weights, Variant.FP32, ids);
      // When
      for (Variant variant : Variant.values()) {
        distance.put(variant, Distance.relative(honest, norm(model, weights, variant, ids)));
      }
    }
    // Then
    System.out.println("relative L2 of the final norm: " + distance);
    assertThat(distance.get(Variant.FP32)).isZero();
    assertThat(distance.get(Variant.BF16_CAST)).isBetween(1e-4, 3e-2);
    assertThat(distance.get(Variant.INT8)).isBetween(1e-3, 0.2);
    assertThat(distance.get(Variant.INT4)).isBetween(2e-2, 1.5);
    assertThat(distance.get(Variant.SKIPPED_LAYER)).isBetween(1e-2, 1.5);
    assertThat(distance.get(Variant.FINE_TUNED)).isBetween(5e-3, 5e-2);
    assertThat(distance.get(Variant.OTHER_MODEL)).isGreaterThan(0.5);
    assertThat(distance.get(Variant.BF16_CAST)).isLessThan(distance.get(Variant.INT8));
    assertThat(distance.get(Variant.INT8)).isLessThan(distance.get(Variant.INT4));
  }

  @Test
  void shouldTellWhatChangesNothing() {
    ModelConfig config = biased(1);
    Weights rounded = Variant.BF16_CAST.of(RandomModel.of(config, 5), config);

    assertThat(Variant.BF16_CAST.changes(RandomModel.of(config, 5), config)).isTrue();
    assertThat(Variant.BF16_CAST.changes(rounded, config)).isFalse();
    assertThat(Variant.INT8.changes(rounded, config)).isTrue();
    assertThat(Variant.OTHER_MODEL.changes(rounded, config)).isTrue();
  }

  @Test
  void shouldSkipALayerWithBiasesWhole() throws OrtException {
    // Given two layers of which the last is skipped, and the first of them alone
    ModelConfig two = biased(2);
    RandomModel model = RandomModel.of(two, 5);
    Weights skipped = Variant.SKIPPED_LAYER.of(model, two);
    try (OnnxRun with = new OnnxRun(two, OnnxModel.build(two, skipped, GraphForm.EVEN));
        OnnxRun without =
            new OnnxRun(biased(1), OnnxModel.build(biased(1), model, GraphForm.EVEN))) {
      // When
      OnnxRun.Step through = with.step(4, 5, 6);
      OnnxRun.Step alone = without.step(4, 5, 6);
      // Then the block's output is its input
      assertThat(through.boundaries().getFirst()).isEqualTo(alone.boundaries().getFirst());
      assertThat(through.logits()).isEqualTo(alone.logits());
    }
  }

  private static ModelConfig biased(int layers) {
    return new ModelConfig(
        67,
        24,
        40,
        layers,
        4,
        2,
        8,
        64,
        Rope.plain(10_000),
        1e-5,
        new Attention(true, true, false),
        true,
        List.of(1));
  }

  private static float[] norm(BuiltInModel model, OpenWeights weights, Variant variant, long[] ids)
      throws OrtException {
    byte[] graph =
        OnnxModel.build(model.config(), variant.of(weights, model.config()), GraphForm.EVEN);
    try (OnnxRun run = new OnnxRun(model.config(), graph)) {
      List<float[]> boundaries = run.step(ids).boundaries();
      return boundaries.getLast();
    }
  }
}
