package io.verillm.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.verillm.gpu.TinyModel;
import io.verillm.models.weights.Variant;
import org.junit.jupiter.api.Test;

class OnnxEngineTest extends EngineContract {
  @Override
  Engine load(Variant variant, EngineOptions options) {
    return TinyModel.engine(variant, options);
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

  @Test
  void shouldSayClearlyThatADeviceIsNotThere() {
    for (EngineDevice device : new EngineDevice[] {EngineDevice.CUDA, EngineDevice.TENSORRT}) {
      assumeFalse(options().device() == device, "it is there");

      assertThatThrownBy(() -> load(Variant.FP32, EngineOptions.on(device)).close())
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining(device.label())
          .hasMessageContaining(device == EngineDevice.CUDA ? "-Pcuda" : "NVIDIA_TF32_OVERRIDE");
    }
  }
}
