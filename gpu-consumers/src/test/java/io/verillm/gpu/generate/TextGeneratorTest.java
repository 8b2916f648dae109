package io.verillm.gpu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.engine.EngineOptions;
import io.verillm.models.BuiltInModel;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelImport;
import io.verillm.models.ModelStore;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.sampling.SamplingParameters;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextGeneratorTest {
  private static final SamplingParameters WARM = new SamplingParameters(0.9, 40, 0.95);
  private static final Hash SEED = Hashing.hash("seed");

  @TempDir private static Path folder;
  private static LoadedModel builtIn;

  @BeforeAll
  static void load() {
    builtIn = LoadedModel.open(BuiltInModel.NAME, new ModelStore(folder), EngineOptions.cpu());
  }

  @AfterAll
  static void close() {
    builtIn.close();
  }

  private static Generated generate(LoadedModel model, int tokens, SamplingParameters sampling) {
    int[] prompt = model.tokenizer().prompt("And it came to pass");
    return generator(model, new HashSet<>(model.config().eosIds()))
        .run(prompt, tokens, sampling, SEED, piece -> {});
  }

  private static TextGenerator generator(LoadedModel model, Set<Integer> eosIds) {
    return new TextGenerator(model.engine(), model.tokenizer(), eosIds);
  }

  @Test
  void shouldShowPiecesThatAddUpToTheText() {
    StringBuilder shown = new StringBuilder();
    int[] prompt = builtIn.tokenizer().prompt("In the beginning");
    Generated generated = generator(builtIn, Set.of()).run(prompt, 60, WARM, SEED, shown::append);
    assertThat(generated.outputIds()).hasSize(60);
    assertThat(generated.finishReason()).isEqualTo(Generated.Finish.LENGTH);
    assertThat(shown.toString()).isEqualTo(generated.text()).isNotBlank();
  }

  @Test
  void shouldRepeatItselfForOneSeedAndNotForAnother() {
    Generated once = generate(builtIn, 40, WARM);
    assertThat(generate(builtIn, 40, WARM).outputIds()).isEqualTo(once.outputIds());
    int[] prompt = builtIn.tokenizer().prompt("And it came to pass");
    Generated other =
        generator(builtIn, Set.of(1)).run(prompt, 40, WARM, Hashing.hash("x"), piece -> {});
    assertThat(other.outputIds()).isNotEqualTo(once.outputIds());
  }

  @Test
  void shouldEndAtAnyOfTheEndTokensWithoutIt() {
    Generated free = generate(builtIn, 20, SamplingParameters.greedy());
    int fifth = free.outputIds().get(4);
    int first = free.outputIds().indexOf(fifth);
    int[] prompt = builtIn.tokenizer().prompt("And it came to pass");
    Generated ended =
        generator(builtIn, Set.of(1, fifth))
            .run(prompt, 20, SamplingParameters.greedy(), SEED, piece -> {});
    assertThat(ended.outputIds()).isEqualTo(free.outputIds().subList(0, first));
    assertThat(ended.finishReason()).isEqualTo(Generated.Finish.EOS);
  }

  @Test
  void shouldStopAtTheLongestContext() {
    int[] prompt = new int[builtIn.config().positions() - 3];
    Generated generated = generator(builtIn, Set.of()).run(prompt, 50, WARM, SEED, piece -> {});
    assertThat(generated.outputIds()).as("the last token need not be fed").hasSize(4);
    assertThatThrownBy(() ->
            generator(builtIn, Set.of())
                .run(new int[builtIn.config().positions() + 1], 1, WARM, SEED, piece -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1025");
  }

  @Test
  void shouldWriteWithAnImportedModelAsWithTheOriginal() throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    for (String name :
        new String[] {
          "config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"
        }) {
      try (var in = ModelDirectory.class.getResourceAsStream("builtin/" + name)) {
        Files.copy(in, source.resolve(name));
      }
    }
    ModelStore store = new ModelStore(folder.resolve("store"));
    new ModelImport(store).run(source, "copy", Variant.FP32);
    new ModelImport(store).run(source, "cheat", Variant.SKIPPED_LAYER);
    try (LoadedModel copy = LoadedModel.open("copy", store, EngineOptions.cpu());
        LoadedModel cheat = LoadedModel.open("cheat", store, EngineOptions.cpu())) {
      assertThat(copy.engine().shape()).isEqualTo(builtIn.engine().shape());
      assertThat(generate(copy, 60, WARM).outputIds())
          .isEqualTo(generate(builtIn, 60, WARM).outputIds());
      assertThat(cheat.engine().shape()).isEqualTo(builtIn.engine().shape());
      assertThat(cheat.variant()).isEqualTo(Variant.SKIPPED_LAYER);
      assertThat(generate(cheat, 60, WARM).outputIds())
          .isNotEqualTo(generate(builtIn, 60, WARM).outputIds());
    }
    try (RandomAccessFile data =
        new RandomAccessFile(folder.resolve("store/copy/model.onnx.data").toFile(), "rw")) {
      data.seek(data.length() / 2);
      data.write(new byte[1 << 16]);
    }
    assertThatThrownBy(() -> LoadedModel.open("copy", store, EngineOptions.cpu()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.onnx.data changed");
    assertThatThrownBy(() -> LoadedModel.open("none", store, EngineOptions.cpu()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("[cheat, copy]");
  }
}
