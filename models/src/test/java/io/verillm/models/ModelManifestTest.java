package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelManifestTest {

  private static final List<String> FILES =
      List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json", "config.json");

  @TempDir private Path folder;

  @Test
  void shouldChangeTheIdWithAnyFileAndWithTheProfileButNotWithTheName() throws IOException {
    String id = id(NumericProfile.ONNXRUNTIME_CPU_FP32, "a");
    for (String changed : FILES) {
      write();
      Files.writeString(folder.resolve(changed), "other");
      assertThat(manifest(NumericProfile.ONNXRUNTIME_CPU_FP32, "a").modelId())
          .as(changed)
          .isNotEqualTo(id);
    }
    assertThat(id(new NumericProfile("onnxruntime-cuda-bf16", RowType.BF16), "a")).isNotEqualTo(id);
    assertThat(id(NumericProfile.ONNXRUNTIME_CPU_FP32, "b")).isEqualTo(id);
    NumericProfile cuda = NumericProfile.onnxruntimeFp32("cuda");
    assertThat(manifest(cuda, "a").under(NumericProfile.ONNXRUNTIME_CPU_FP32).modelId())
        .isEqualTo(id);
    assertThat(manifest(NumericProfile.ONNXRUNTIME_CPU_FP32, "a").under(cuda))
        .isEqualTo(manifest(cuda, "a"));
  }

  @Test
  void shouldEqualTheGoldenIds() throws IOException {
    for (String file : FILES) {
      Files.writeString(folder.resolve(file), file);
    }
    List<String> golden =
        Files.readAllLines(
            Path.of("..", "protocol", "src", "test", "resources", "vectors", "model_ids.csv"));
    ModelManifest made = manifest(NumericProfile.ONNXRUNTIME_CPU_FP32, "a");

    assertThat(golden)
        .contains(
            "tokenizer," + made.tokenizerHash(),
            "config," + made.configHash(),
            "weights," + made.weightsHash(),
            "model," + made.modelId());
    Files.writeString(folder.resolve("chat_template.jinja"), "chat_template.jinja");
    assertThat(golden)
        .contains(
            "tokenizer-chat," + manifest(NumericProfile.ONNXRUNTIME_CPU_FP32, "a").tokenizerHash());
  }

  @Test
  void shouldNameTheFileThatIsMissing() throws IOException {
    write();
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> manifest(NumericProfile.ONNXRUNTIME_CPU_FP32, "a"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void shouldFrameFieldsByLength() {
    // SHA-256 of 00000001 't' 00000002 'ab' 00000000, computed with sha256sum
    byte[] hash = Framing.hash("t", "ab".getBytes(StandardCharsets.UTF_8), new byte[0]);
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("fc016fb345a32bfec53ef4b7199aed67d3116d3f4ef7c9c4ade530fa0748eb13");
    assertThat(Framing.hash("t", new byte[0], "ab".getBytes(StandardCharsets.UTF_8)))
        .isNotEqualTo(hash);
  }

  @Test
  void shouldGiveTheBuiltInModelAnIdOf32Bytes() {
    try (BuiltInModel model = BuiltInModel.load()) {
      assertThat(model.manifest().modelIdBytes()).hasSize(32);
      assertThat(model.manifest().profile().rowType().bytes()).isEqualTo(4);
    }
  }

  private String id(NumericProfile profile, String name) throws IOException {
    write();
    return manifest(profile, name).modelId();
  }

  private void write() throws IOException {
    for (String file : FILES) {
      Files.writeString(folder.resolve(file), "content of " + file);
    }
  }

  private ModelManifest manifest(NumericProfile profile, String name) {
    return ModelManifest.of(name, ModelDirectory.of(folder), profile);
  }
}
