package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.models.weights.OpenWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {

  private static final int COMMITTED_BYTES_MAX = 12_000_000;

  @TempDir private Path folder;

  @Test
  void shouldNameFolderAndFileThatAreMissing() {
    ModelDirectory directory = ModelDirectory.of(folder.resolve("none"));
    assertThatThrownBy(directory::weights)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("none")
        .hasMessageContaining("model.safetensors");
    assertThatThrownBy(directory::config)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("none")
        .hasMessageContaining("config.json");
  }

  @Test
  void shouldReadFromAFolderWhatItReadsFromTheClassPath() throws IOException {
    // Given
    ModelDirectory builtIn = ModelDirectory.builtIn();
    long size = 0;
    for (String name :
        new String[] {
          "config.json",
          "generation_config.json",
          "tokenizer_config.json",
          "tokenizer.json",
          "model.safetensors"
        }) {
      byte[] bytes = builtIn.json(name);
      Files.write(folder.resolve(name), bytes);
      size += bytes.length;
    }
    // When
    ModelDirectory copy = ModelDirectory.of(folder);
    // Then
    assertThat(size).isLessThan(COMMITTED_BYTES_MAX);
    assertThat(copy.config()).isEqualTo(builtIn.config());
    assertThat(ModelManifest.of("copy", copy, NumericProfile.ONNXRUNTIME_CPU_FP32).modelId())
        .isEqualTo(
            ModelManifest.of("builtin", builtIn, NumericProfile.ONNXRUNTIME_CPU_FP32).modelId());
    try (OpenWeights one = builtIn.weights();
        OpenWeights other = copy.weights()) {
      assertThat(one.names()).isEqualTo(other.names()).hasSize(2 + 9 * 12);
      for (String name : one.names()) {
        double sum = 0;
        for (float value : one.tensor(name).values()) {
          sum += value;
        }
        assertThat(sum).as(name).isFinite();
      }
      String name = "model.layers.11.mlp.down_proj.weight";
      assertThat(one.tensor(name, 192, 512).values()).isEqualTo(other.tensor(name).values());
    }
  }
}
