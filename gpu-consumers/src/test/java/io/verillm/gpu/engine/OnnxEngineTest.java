package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.verillm.gpu.TinyModel;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.weights.Variant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxEngineTest extends EngineContract {
  @Override
  Engine load(Variant variant, EngineOptions options) {
    return TinyModel.engine(variant, options);
  }

  @Override
  OnnxEngine load(UnaryOperator<DecoderGraph> change) {
    DecoderGraph graph = change.apply(TinyModel.graph(GraphForm.EVEN));
    return OnnxEngine.single(LoadedGraph.load(TinyModel.MODEL_ID, graph, options()));
  }

  @Test
  void shouldGiveTheSameBitsOnTheCpuWhateverTheChunks() {
    int[] context = tokens(3, 130);

    try (Engine one = load(Variant.FP32, EngineOptions.cpu())) {
      for (int chunk : new int[] {4, 7, 43, 129}) {
        try (Engine other = load(Variant.FP32, EngineOptions.cpu().withChunk(chunk))) {
          assertThat(prefill(other, context).trace.root())
              .isEqualTo(prefill(one, context).trace.root());
        }
      }
    }
  }

  /** Where the contract runs on a GPU, or the build is one for it, the device may be there. */
  @ParameterizedTest
  @EnumSource(names = {"CUDA", "TENSORRT"})
  void shouldSayClearlyThatADeviceIsNotThere(EngineDevice device) {
    assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "a GPU build");
    boolean refusedBefore =
        device == EngineDevice.TENSORRT && !"0".equals(System.getenv("NVIDIA_TF32_OVERRIDE"));

    assertThatThrownBy(() -> load(Variant.FP32, EngineOptions.on(device)).close())
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining(device.label())
        .hasMessageContaining(refusedBefore ? "NVIDIA_TF32_OVERRIDE" : "-Pcuda");
  }
}
