package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelStore;
import io.verillm.schemas.EventCodec;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServedModelTest {
  private static final ModelStore NO_STORE = new ModelStore(Path.of("nowhere"));

  @Test
  void shouldBeAnotherModelOnAnotherDevice() {
    try (ServedModel cpu = ServedModel.open(BuiltInModel.NAME, NO_STORE, EngineDevice.CPU);
        ServedModel cuda = ServedModel.open(BuiltInModel.NAME, NO_STORE, EngineDevice.CUDA)) {
      assertThat(cuda.id()).isNotEqualTo(cpu.id());
      assertThat(cpu.calibration()).isPresent();
      assertThat(cuda.calibration()).isEmpty();
      assertThat(cuda.registration().getProfile())
          .isEqualTo(EngineDevice.CUDA.profile().id())
          .isNotEqualTo(cpu.registration().getProfile());
    }
  }

  @Test
  void shouldOfferWhatCanBeOpenedAndNothingLarger() {
    try (ServedModel small = ServedModel.open(BuiltInModel.NAME, NO_STORE, EngineDevice.CPU)) {
      ServedModel large = sized(small, 16_384, 8_192);
      ServedModel wide = sized(small, 1 << 17, 131_072);

      assertThat(large.largestOpeningBytes()).isLessThan(EventCodec.EVENT_BYTES_MAX);
      assertThat(large.registration().getHiddenSize()).isEqualTo(16_384);
      assertThatThrownBy(wide::registration)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Long.toString(wide.largestOpeningBytes()))
          .hasMessageContaining(Integer.toString(EventCodec.EVENT_BYTES_MAX));
    }
  }

  @Test
  void shouldOfferNoLongerTracesThanAskedOrThanCanBeKept() {
    try (ServedModel model = ServedModel.open(BuiltInModel.NAME, NO_STORE, EngineDevice.CPU)) {
      assertThat(model.within(100).registration().getPositionLimit()).isEqualTo(100);
      assertThat(model.within(1 << 20).registration().getPositionLimit())
          .isEqualTo(model.config().positions());
      assertThat(model.within(100).id()).isEqualTo(model.id());
      ServedModel long131 = sized(model, 2048, 131_072);
      assertThatThrownBy(long131::registration)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--positions 87");
      assertThat(long131.within(80_000).registration().getPositionLimit()).isEqualTo(80_000);
    }
  }

  private static ServedModel sized(ServedModel like, int width, int positions) {
    ModelConfig c = like.config();
    ModelConfig sized =
        new ModelConfig(
            c.vocabulary(),
            width,
            c.inner(),
            c.layers(),
            c.heads(),
            c.kvHeads(),
            c.headSize(),
            positions,
            c.rope(),
            c.normEpsilon(),
            c.attention(),
            c.tiedEmbeddings(),
            c.eosIds());
    return new ServedModel(like.manifest(), sized, like.tokenizer(), like.calibration());
  }
}
