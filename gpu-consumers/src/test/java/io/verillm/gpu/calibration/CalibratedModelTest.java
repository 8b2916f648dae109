package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelImport;
import io.verillm.models.ModelStore;
import io.verillm.models.StoredModel;
import io.verillm.models.weights.OpenWeights;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedModelTest {
  private static final int[] CONTEXT = IntStream.range(7, 40).toArray();

  @TempDir private Path folder;
  @TempDir private Path source;

  private StoredModel stored(Variant variant) throws IOException {
    for (String name :
        List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")) {
      try (InputStream in = ModelDirectory.class.getResourceAsStream("builtin/" + name)) {
        Files.copy(in, source.resolve(name));
      }
    }
    return new ModelImport(new ModelStore(folder)).run(source, "copy", variant);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldComputeThroughFilesWhatItComputesInMemory(int batch) throws IOException {
    StoredModel stored = stored(Variant.FP32);
    CalibratedModel model = CalibratedModel.of(stored);
    Hash id = Hash.fromHex(stored.manifest().modelId());
    EngineOptions options = EngineOptions.cpu().withBatch(batch);

    try (OpenWeights weights = stored.directory().weights();
        Engine own = model.own(id, options);
        Engine ownInMemory = Engines.load(stored.directory(), id, Variant.FP32, options);
        Engine int4 = model.with(Variant.INT4.of(weights, stored.config()), id, options);
        Engine int4InMemory = Engines.load(stored.directory(), id, Variant.INT4, options)) {
      assertThat(rows(own)).isEqualTo(rows(ownInMemory)).isNotEqualTo(rows(int4));
      assertThat(rows(int4)).isEqualTo(rows(int4InMemory));
      assertThat(beside()).as("what was written for a while").isEqualTo(List.of(".lock", "copy"));
    }
  }

  private static List<ByteBuffer> rows(Engine engine) {
    List<ByteBuffer> all = new ArrayList<>();
    engine
        .open(
            CONTEXT,
            CONTEXT.length,
            (position, token, rows, logits) -> all.add(ByteBuffer.wrap(rows.clone())))
        .close();
    return all;
  }

  private List<String> beside() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void shouldNotBeACheat() throws IOException {
    StoredModel cheat = stored(Variant.INT8);

    assertThatThrownBy(() -> CalibratedModel.of(cheat))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("int8");
  }

  @Test
  void shouldSayWhatAModelNeedsThatTheMachineHasNot() {
    PairEngines.requireMemory(1_000_000_000, EngineDevice.CPU, 12_000_000_000L);

    assertThatThrownBy(
            () -> PairEngines.requireMemory(1_000_000_000, EngineDevice.CPU, 11_900_000_000L))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContainingAll("1,000,000,000", "12.0 GB", "11.9 GB");
  }

  @Test
  void shouldSayWhereThereIsNoRoomForOtherWeights() throws IOException {
    StoredModel stored = stored(Variant.FP32);
    Path absent = folder.resolve("absent");

    try (OpenWeights weights = stored.directory().weights()) {
      assertThatThrownBy(() ->
              Engines.load(
                  absent,
                  Hash.fromHex(stored.manifest().modelId()),
                  stored.config(),
                  weights,
                  EngineOptions.cpu()))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("absent");
    }
  }
}
