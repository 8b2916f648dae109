package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.verillm.models.onnx.GraphForm;
import io.verillm.models.onnx.OnnxModel;
import io.verillm.models.weights.ElementType;
import io.verillm.models.weights.RandomWeights;
import io.verillm.models.weights.Safetensors;
import io.verillm.models.weights.SafetensorsWriter;
import io.verillm.models.weights.Tensor;
import io.verillm.models.weights.Variant;
import io.verillm.models.weights.Weights;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportTest {

  private static final String CONFIG =
      """
      {"architectures": ["Qwen2ForCausalLM"], "vocab_size": 4096, "hidden_size": 32,
       "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4,
       "num_key_value_heads": 2, "max_position_embeddings": 64, "rope_theta": 10000.0,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": false, "bos_token_id": 0,
       "eos_token_id": [7, 1]}
      """;

  private static final String OTHER_ID = "ab".repeat(32);

  @TempDir private Path temporary;
  private Path source;
  private ModelStore store;

  @BeforeEach
  void writeModel() throws IOException {
    source = Files.createDirectory(temporary.resolve("source"));
    store = new ModelStore(temporary.resolve("store"));
    Files.writeString(source.resolve("config.json"), CONFIG);
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.write(source.resolve(name), ModelDirectory.builtIn().json(name));
    }
    SafetensorsWriter.write(source.resolve("model.safetensors"), weights(), ElementType.F32);
  }

  private static ModelConfig config() {
    return ModelConfig.parse(CONFIG.getBytes(StandardCharsets.UTF_8));
  }

  private static Weights weights() {
    return new RandomWeights(config(), 3);
  }

  @Test
  void shouldBuildTheGraphThatTheWeightsGive() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    Path expected = Files.createDirectory(temporary.resolve("expected"));
    OnnxModel.write(expected, config(), weights());
    for (GraphForm form : GraphForm.values()) {
      assertThat(model.graph(form)).hasSameBinaryContentAs(expected.resolve(form.file()));
    }
    assertThat(model.folder().resolve(OnnxModel.DATA_FILE))
        .hasSameBinaryContentAs(expected.resolve(OnnxModel.DATA_FILE));
    assertThat(model.manifest())
        .isEqualTo(
            ModelManifest.of(
                "tiny", ModelDirectory.of(source), NumericProfile.ONNXRUNTIME_CPU_FP32));
    assertThat(store.names()).containsExactly("tiny");
    assertThat(model.config().eosIds()).as("the tokenizer's end first").containsExactly(1, 7);
    assertThat(model.variant()).isEqualTo(Variant.FP32);
    assertThat(model.intact()).isSameAs(model);
  }

  @Test
  void shouldEndWithTheTokenizersTokenFirstAndThenWithAnyThatAFileNames() throws IOException {
    Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": [9, 7, 1, 8]}");
    assertThat(ModelDirectory.of(source).config().eosIds()).containsExactly(1, 7, 9, 8);
    Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
    requireRefused("generation_config.json: eos_token_id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.onnx",
        "model.mixed.onnx",
        "model.onnx.data",
        "model.safetensors",
        "tokenizer.json",
        "config.json"
      })
  void shouldSeeThatAFileChangedSinceTheImport(String file) throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    try (RandomAccessFile raw = new RandomAccessFile(model.folder().resolve(file).toFile(), "rw")) {
      raw.seek(raw.length());
      raw.write(' ');
    }
    assertThatThrownBy(() -> store.open("tiny").intact())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tiny")
        .hasMessageContaining("changed since the import");
  }

  @Test
  void shouldSeeThatFurtherEndTokensChangedSinceTheImport() throws IOException {
    Path file = source.resolve("generation_config.json");
    Files.writeString(file, "{\"eos_token_id\": 9}");
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    model.intact();

    Files.writeString(model.folder().resolve(file.getFileName()), "{\"eos_token_id\": 8}");

    assertThatThrownBy(() -> store.open("tiny").intact())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("generation_config.json changed since the import");
  }

  @Test
  void shouldSeeThatAFileIsThereThatWasNotAtTheImport() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    model.intact();

    Files.writeString(model.folder().resolve("generation_config.json"), "{\"eos_token_id\": 9}");

    assertThatThrownBy(() -> store.open("tiny").intact())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("generation_config.json changed since the import");
  }

  @Test
  void shouldVerifyWhatAnOlderImportHashed() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    Path manifest = model.folder().resolve(ModelStore.MANIFEST);
    ObjectNode json = (ObjectNode) new JsonMapper().readTree(manifest.toFile());
    json.remove("unbound");
    Files.writeString(manifest, json.toString());

    assertThat(store.open("tiny").intact().unbound()).isEmpty();
    Files.writeString(model.folder().resolve("config.json"), " ", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> store.open("tiny").intact()).hasMessageContaining("config.json");
  }

  @Test
  void shouldLetThreadsImportOneAfterTheOther() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (var one :
          threads.invokeAll(
              List.<Callable<StoredModel>>of(
                  () -> new ModelImport(store).run(source, "one", Variant.FP32),
                  () -> new ModelImport(store).run(source, "two", Variant.FP32)))) {
        one.get().intact();
      }
    }
    assertThat(store.names()).containsExactly("one", "two");
  }

  @Test
  void shouldFetchTheModelOfAReferenceOnceAndBuildItsGraphItself() throws IOException {
    StoredModel first = new ModelImport(store).run(source, "first", Variant.FP32);
    String reference = first.reference();
    ModelStore other = new ModelStore(temporary.resolve("other"));

    StoredModel model = new ModelImport(other).fetched("tiny", reference, this::copy);

    assertThat(model.intact().manifest().modelId()).isEqualTo(first.manifest().modelId());
    assertThat(model.graphs()).isEqualTo(first.graphs());
    StoredModel kept =
        new ModelImport(other).fetched("tiny", reference, ModelImportTest::fetchedAgain);
    assertThat(kept.graphs()).isEqualTo(model.graphs());
    assertThatThrownBy(() -> new ModelImport(other).fetched("tiny", OTHER_ID, this::copy))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reference)
        .hasMessageContaining(OTHER_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "tokenizer.json", "config.json"})
  void shouldKeepNothingOfWhatIsFetchedAndIsAnotherModel(String file) throws IOException {
    String reference = new ModelImport(store).run(source, "first", Variant.FP32).reference();
    ModelImport fetching = new ModelImport(new ModelStore(temporary.resolve("other")));

    assertThatThrownBy(() ->
            fetching.fetched(
                "tiny",
                reference,
                folder -> {
                  copy(folder);
                  changeLastByte(folder.resolve(file));
                }))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tiny");
    assertThatThrownBy(() ->
            fetching.fetched(
                "tiny",
                reference,
                folder -> {
                  copy(folder);
                  Files.delete(folder.resolve(file));
                }))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("there is no " + file);

    assertThat(temporary.resolve("other")).isDirectoryNotContaining("glob:**tiny**");
    assertThat(fetching.fetched("tiny", reference, this::copy).reference()).isEqualTo(reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"generation_config.json", "calibration.json"})
  void shouldBindByItsReferenceWhatTheIdLeavesOpen(String file) throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    String bare = model.reference();
    Files.writeString(model.folder().resolve(file), "{\"eos_token_id\": 2}");
    String reference = model.reference();
    assertThat(reference).isNotEqualTo(bare).isNotEqualTo(model.manifest().modelId());
    assertThat(model.files()).contains(file);

    Files.writeString(model.folder().resolve(file), "{\"eos_token_id\": 3}");

    assertThatThrownBy(
            () -> new ModelImport(store).fetched("tiny", reference, ModelImportTest::fetchedAgain))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reference);
    assertThatThrownBy(() -> model.withoutWeights(reference))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reference);
  }

  @Test
  void shouldKeepWhatIsFetchedWithoutWeights() throws IOException {
    StoredModel first = new ModelImport(store).run(source, "first", Variant.FP32);
    ModelImport fetching = new ModelImport(new ModelStore(temporary.resolve("other")));
    ModelImport.Filling files =
        folder -> {
          copy(folder);
          Files.delete(folder.resolve("model.safetensors"));
          Files.copy(first.folder().resolve("verillm.json"), folder.resolve("verillm.json"));
        };

    assertThatThrownBy(() -> fetching.fetchedWithoutWeights("tiny", OTHER_ID, files))
        .isInstanceOf(InvalidModelException.class);
    assertThat(temporary.resolve("other")).isDirectoryNotContaining("glob:**tiny**");
    StoredModel fetched = fetching.fetchedWithoutWeights("tiny", first.reference(), files);
    assertThat(fetched.config()).isEqualTo(first.config());
    assertThat(
            fetching
                .fetchedWithoutWeights("tiny", first.reference(), ModelImportTest::fetchedAgain)
                .manifest()
                .modelId())
        .isEqualTo(first.manifest().modelId());
    changeLastByte(fetched.folder().resolve("tokenizer.json"));
    assertThatThrownBy(() -> fetching.fetchedWithoutWeights("tiny", first.reference(), files))
        .isInstanceOf(InvalidModelException.class);
  }

  @Test
  void shouldKnowAModelWithoutItsWeightsByItsReference() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    String reference = model.reference();
    Files.delete(model.folder().resolve("model.safetensors"));

    assertThat(store.open("tiny").withoutWeights(reference).config()).isEqualTo(model.config());

    assertThatThrownBy(() -> store.open("tiny").withoutWeights(OTHER_ID))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(OTHER_ID);
    Path manifest = model.folder().resolve("verillm.json");
    String told = Files.readString(manifest);
    for (String hash : List.of(model.manifest().weightsHash(), model.manifest().modelId())) {
      Files.writeString(manifest, told.replace(hash, OTHER_ID));
      assertThatThrownBy(() -> store.open("tiny").withoutWeights(reference))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining(reference);
    }
    Files.writeString(manifest, told.replace(model.manifest().weightsHash(), "none"));
    assertThatThrownBy(() -> store.open("tiny").withoutWeights(reference))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("no hash");
    Files.writeString(manifest, told);
    changeLastByte(model.folder().resolve("tokenizer.json"));
    assertThatThrownBy(() -> store.open("tiny").withoutWeights(reference))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reference);
  }

  @Test
  void shouldBuildACheatOfAModelBesideItOnce() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    ModelImport building = new ModelImport(store);

    StoredModel cheat = building.changed(model, Variant.INT8);

    assertThat(cheat.intact().manifest().modelId()).isEqualTo(model.manifest().modelId());
    assertThat(store.open("tiny.int8").variant()).isEqualTo(Variant.INT8);
    assertThat(cheat.graphs()).isNotEqualTo(model.graphs());
    assertThat(
            Files.isSameFile(
                cheat.folder().resolve("model.safetensors"),
                model.folder().resolve("model.safetensors")))
        .isTrue();
    Object built = Files.getLastModifiedTime(cheat.graph(GraphForm.EVEN));
    assertThat(building.changed(model, Variant.INT8).graphs()).isEqualTo(cheat.graphs());
    assertThat(Files.getLastModifiedTime(cheat.graph(GraphForm.EVEN))).isEqualTo(built);
  }

  @Test
  void shouldNotTakeAnotherModelForItsCheat() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    new ModelImport(store).run(source, "tiny.int8", Variant.FP32);

    assertThatThrownBy(() -> new ModelImport(store).changed(model, Variant.INT8))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("variant fp32");
  }

  private static void fetchedAgain(Path folder) throws IOException {
    throw new IOException("fetched again into " + folder);
  }

  private void copy(Path folder) throws IOException {
    for (String file :
        List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")) {
      Files.copy(source.resolve(file), folder.resolve(file));
    }
  }

  /** Of a file of JSON that leaves something that can be read. */
  private static void changeLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".json")) {
      Files.writeString(file, " ", StandardOpenOption.APPEND);
    } else {
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({"rowType, FP32", "profile, onnxruntime-cpu-fp32", "modelId, ''", "configHash, ''"})
  void shouldNameWhatIsWrongInAManifest(String field, String before) throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    Path manifest = model.folder().resolve("verillm.json");
    String told = Files.readString(manifest);
    Files.writeString(
        manifest, told.replaceAll("\"" + field + "\" : \"" + before, "\"" + field + "\" : \"Ü "));
    assertThat(Files.readString(manifest)).isNotEqualTo(told);

    assertThatThrownBy(() -> store.open("tiny"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("verillm.json")
        .hasMessageContaining(field);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldRefuseAPipeInThePlaceOfAFile() throws IOException, InterruptedException {
    Path pipe = source.resolve("generation_config.json");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> new ModelImport(store).run(source, "tiny", Variant.FP32))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("generation_config.json")
        .hasMessageContaining("not a file");
  }

  @Test
  void shouldNotTrustAModelWithoutTheHashesOfItsGraph() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    Path manifest = model.folder().resolve("verillm.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("model.onnx.data", "other.data"));
    assertThatThrownBy(() -> store.open("tiny"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.onnx.data is missing");
  }

  @Test
  void shouldRefuseWeightsThatAreNoNumbers() throws IOException {
    Map<String, Tensor> tensors = tensors();
    tensors.get("model.layers.1.mlp.up_proj.weight").values()[5] = Float.NaN;
    requireRefused(tensors, "model.layers.1.mlp.up_proj.weight: value 5 is NaN");
  }

  @Test
  void shouldRefuseATokenizerLargerThanTheVocabulary() throws IOException {
    Path file = source.resolve("tokenizer.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst("\"added_tokens\":\\[\\{\"id\":0", "\"added_tokens\":[{\"id\":4096"));
    requireRefused("token 4096");
  }

  @Test
  void shouldRefuseAChatTemplateThatCannotBeRead() throws IOException {
    Files.writeString(source.resolve("chat_template.jinja"), "{% if messages %}never ended");
    requireRefused("chat template");
  }

  @Test
  void shouldGiveSeveralFilesTheSameGraphAndAnotherId() throws IOException {
    StoredModel whole = new ModelImport(store).run(source, "whole", Variant.FP32);
    split();
    StoredModel sharded = new ModelImport(store).run(source, "sharded", Variant.FP32);
    assertThat(sharded.folder().resolve(OnnxModel.DATA_FILE))
        .hasSameBinaryContentAs(whole.folder().resolve(OnnxModel.DATA_FILE));
    assertThat(sharded.manifest().modelId()).isNotEqualTo(whole.manifest().modelId());
    assertThat(sharded.folder().resolve("b.safetensors")).exists();
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void shouldReadEveryElementTypeAsItWasWritten(ElementType type) throws IOException {
    Path file = source.resolve("typed.safetensors");
    SafetensorsWriter.write(file, weights(), type);
    Path again = source.resolve("again.safetensors");
    try (var read = Safetensors.open(Files.newByteChannel(file))) {
      SafetensorsWriter.write(again, read, type);
    }
    assertThat(again).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldImportAChangedVariantUnderTheSameId() throws IOException {
    StoredModel honest = new ModelImport(store).run(source, "honest", Variant.FP32);
    StoredModel cheat = new ModelImport(store).run(source, "cheat", Variant.INT8);
    assertThat(cheat.manifest().modelId()).isEqualTo(honest.manifest().modelId());
    assertThat(cheat.variant()).isEqualTo(Variant.INT8);
    assertThat(Files.mismatch(data(cheat), data(honest))).isNotNegative();
  }

  private static Path data(StoredModel model) {
    return model.folder().resolve(OnnxModel.DATA_FILE);
  }

  @Test
  void shouldNameATensorThatIsMissingOrTooMuch() throws IOException {
    Map<String, Tensor> tensors = tensors();
    Tensor bias = tensors.remove("model.layers.1.self_attn.k_proj.bias");
    requireRefused(tensors, "model.layers.1.self_attn.k_proj.bias");
    tensors.put("model.layers.1.self_attn.k_proj.bias", bias);
    tensors.put("model.layers.1.self_attn.o_proj.bias", bias);
    requireRefused(tensors, "model.layers.1.self_attn.o_proj.bias");
  }

  @Test
  void shouldNameTheTensorThatATruncatedFileCuts() throws IOException {
    Path file = source.resolve("model.safetensors");
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(raw.length() - 5);
    }
    requireRefused("source: model.safetensors: safetensors: tensor model.norm.weight");
  }

  @Test
  void shouldRefuseAnIndexThatPointsOutsideTheFolder() throws IOException {
    Files.writeString(
        source.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"model.norm.weight\": \"../../secret.safetensors\"}}");
    requireRefused("../../secret.safetensors");
  }

  @Test
  void shouldNameTheFileOrSettingThatIsWrong() throws IOException {
    Files.writeString(source.resolve("config.json"), CONFIG.replace("Qwen2", "Gemma"));
    requireRefused("GemmaForCausalLM");
    Files.writeString(source.resolve("config.json"), CONFIG);
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    requireRefused("tokenizer.json");
    Files.delete(source.resolve("tokenizer.json"));
    requireRefused("tokenizer.json");
  }

  @Test
  void shouldKeepWhatIsThere() throws IOException {
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    assertThatThrownBy(() -> new ModelImport(store).run(source, "tiny", Variant.FP32))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(model.graph(GraphForm.EVEN)).exists();
    assertThatThrownBy(() -> new ModelImport(store).run(source, "../x", Variant.FP32))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("../x");
    assertThatThrownBy(() -> store.open("none"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("tiny");
  }

  @Test
  void shouldRemoveWhatAKilledImportLeft() throws IOException {
    Path part = Files.createDirectories(store.root().resolve(".tiny.part-1"));
    Files.writeString(part.resolve("model.onnx.data"), "half");
    Files.createFile(part.resolve(".held"));
    Path other = Files.createDirectories(store.root().resolve(".tiny2.part-1"));
    StoredModel model = new ModelImport(store).run(source, "tiny", Variant.FP32);
    assertThat(part).doesNotExist();
    assertThat(other).exists();
    assertThat(Files.getPosixFilePermissions(model.folder()))
        .as("as any other folder that is made here")
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void shouldNotWriteOverAFolderThatHoldsSomething() throws IOException {
    assertThatThrownBy(() -> ModelImport.writeRandom(RandomShape.SMOLLM2_135M, 1, source))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("source");
    assertThat(source.resolve("config.json")).hasContent(CONFIG);
    try (Stream<Path> beside = Files.list(temporary)) {
      assertThat(beside).containsExactly(source);
    }
  }

  @Test
  void shouldCountTheParametersOfEachPublishedShape() {
    Map<String, Long> counts =
        Stream.of(RandomShape.values())
            .collect(
                Collectors.toMap(
                    RandomShape::label,
                    shape -> ModelConfig.parse(shape.configJson()).parameters()));
    assertThat(counts)
        .containsEntry("smollm2-135m", 134_515_008L)
        .containsEntry("smollm2-360m", 361_821_120L)
        .containsEntry("qwen2.5-0.5b", 494_032_768L)
        .containsEntry("qwen3-0.6b", 596_049_920L)
        .containsEntry("tinyllama-1.1b", 1_100_048_384L)
        .containsEntry("llama-3.2-1b", 1_235_814_400L);
  }

  private void requireRefused(Map<String, Tensor> tensors, String named) throws IOException {
    SafetensorsWriter.write(
        source.resolve("model.safetensors"), new Some(tensors), ElementType.F32);
    requireRefused(named);
  }

  private void requireRefused(String named) throws IOException {
    assertThatThrownBy(() -> new ModelImport(store).run(source, "tiny", Variant.FP32))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named);
    if (Files.exists(store.root())) {
      assertThat(store.root()).isDirectoryNotContaining("glob:**/.tiny*");
      assertThat(store.names()).isEmpty();
    }
  }

  private void split() throws IOException {
    Map<String, Tensor> first = tensors();
    Map<String, Tensor> second = new TreeMap<>();
    StringBuilder index = new StringBuilder("{\"weight_map\": {");
    for (String name : Set.copyOf(first.keySet())) {
      boolean late = name.contains("layers.2.");
      if (late) {
        second.put(name, first.remove(name));
      }
      index.append('"').append(name).append("\": \"").append(late ? "b" : "a");
      index.append(".safetensors\",");
    }
    index.setLength(index.length() - 1);
    SafetensorsWriter.write(source.resolve("a.safetensors"), new Some(first), ElementType.F32);
    SafetensorsWriter.write(source.resolve("b.safetensors"), new Some(second), ElementType.F32);
    Files.writeString(source.resolve("model.safetensors.index.json"), index + "}}");
    Files.delete(source.resolve("model.safetensors"));
  }

  private static Map<String, Tensor> tensors() {
    Weights all = weights();
    Map<String, Tensor> tensors = new TreeMap<>();
    all.names().forEach(name -> tensors.put(name, all.tensor(name)));
    return tensors;
  }

  private record Some(Map<String, Tensor> tensors) implements Weights {
    @Override
    public Set<String> names() {
      return tensors.keySet();
    }

    @Override
    public int[] shape(String name) {
      return tensors.get(name).shape();
    }

    @Override
    public Tensor tensor(String name) {
      return tensors.get(name);
    }
  }
}
