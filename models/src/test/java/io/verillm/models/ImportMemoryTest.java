package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.models.weights.ElementType;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.SafetensorsWriter;
import io.verillm.models.weights.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is imported through a heap that holds neither its file nor its tensors. */
class ImportMemoryTest {
  /** 26 million weights: 52 MB on the disk and 105 MB as floats, in tensors of 1 MB. */
  private static final String CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "vocab_size": 4096, "hidden_size": 256,
       "intermediate_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 4,
       "num_key_value_heads": 4, "max_position_embeddings": 64, "rope_theta": 10000.0,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
      """;

  private static final int HEAP_MIB = 40;

  @TempDir private Path folder;

  /** Imports in a process of its own. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      new ModelImport(new ModelStore(Path.of(args[1]))).run(Path.of(args[0]), "big", Variant.FP32);
    }
  }

  @Test
  void shouldImportAModelThatItsHeapCouldNotHold() throws Exception {
    byte[] config = CONFIG.getBytes(StandardCharsets.UTF_8);
    Path source = Files.createDirectory(folder.resolve("source"));
    Files.write(source.resolve(ModelDirectory.CONFIG), config);
    for (String name : new String[] {ModelDirectory.TOKENIZER, ModelDirectory.TOKENIZER_CONFIG}) {
      Files.write(source.resolve(name), ModelDirectory.builtIn().json(name));
    }
    Path weights = source.resolve(ModelDirectory.WEIGHTS);
    SafetensorsWriter.write(
        weights, new RandomWeights(ModelConfig.parse(config), 1), ElementType.BF16);
    assertThat(Files.size(weights)).isGreaterThan((long) HEAP_MIB << 20);
    Path store = folder.resolve("store");
    Path said = folder.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MIB + "m",
                Child.class.getName(),
                source.toString(),
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));

    Process child = builder.start();

    assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(Files.readString(said)).isZero();
    assertThat(new ModelStore(store).names()).containsExactly("big");
  }
}
