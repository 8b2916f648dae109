package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.aws.AwsClients;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.task.LoadedOnUse;
import io.verillm.models.InvalidModelException;
import io.verillm.models.ModelStore;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.flag.FlagPrompt;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A model that is pushed into a bucket, and what programs elsewhere make of it. */
class PushedModelTest {
  private static final String BUCKET = "verillm-models";
  private static final String FROM = "s3://" + BUCKET + "/models/";
  private static final String CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "vocab_size": 4096, "hidden_size": 32,
       "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
       "num_key_value_heads": 2, "max_position_embeddings": 64, "rope_theta": 10000.0,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": false, "bos_token_id": 0, "eos_token_id": 1}
      """;
  private static final String OTHER_ID = "ab".repeat(32);
  private static @Nullable S3Proxy proxy;
  private static @Nullable S3Client client;

  /** The SDK finds the bucket as it does in a container, by settings of the process. */
  private static Map<String, String> settings = Map.of();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String pushed = "";

  @BeforeAll
  static void start() throws Exception {
    TransientNio2BlobStore store = new TransientNio2BlobStore();
    store.createContainer(BUCKET);
    proxy = S3Proxy.builder().blobStore(store).endpoint(URI.create("http://127.0.0.1:0")).build();
    proxy.start();
    settings =
        Map.of(
            "aws.endpointUrlS3", "http://127.0.0.1:" + proxy.getPort(),
            "aws.region", "eu-central-1",
            "aws.accessKeyId", "identity",
            "aws.secretAccessKey", "credential");
    settings.forEach(System::setProperty);
    client = AwsClients.standard().s3();
  }

  @AfterAll
  static void stop() throws Exception {
    settings.keySet().forEach(System::clearProperty);
    client.close();
    proxy.stop();
  }

  @BeforeEach
  void push() throws IOException {
    ModelFolder.random(folder.resolve("source"), CONFIG);
    Files.writeString(
        folder.resolve("source").resolve("generation_config.json"), "{\"eos_token_id\": 2}");
    run(
        "model",
        "import",
        folder.resolve("source").toString(),
        "--name",
        "copy",
        "--models",
        at("own"));
    assertThat(run("model", "push", "copy", FROM, "--models", at("own")))
        .as(err.toString())
        .isZero();
    pushed = out.toString().strip();
    assertThat(pushed).matches("copy@[0-9a-f]{64}");
  }

  @AfterEach
  void clear() {
    client
        .listObjectsV2(list -> list.bucket(BUCKET))
        .contents()
        .forEach(object -> client.deleteObject(it -> it.bucket(BUCKET).key(object.key())));
  }

  @Test
  void shouldBeFetchedOnceAndThenComeFromTheDisk() {
    assertThat(generate(pushed, FROM)).as(err.toString()).isZero();
    String text = out.toString();
    assertThat(text).isNotBlank();
    clear();

    assertThat(generate(pushed, FROM)).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo(text);
    assertThat(generate(pushed, null)).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo(text);
  }

  @Test
  void shouldNotServeAnotherModelThanItsIdSays() {
    overwrite("model.safetensors", -1);

    assertThat(generate(pushed, FROM)).isEqualTo(ExitCode.UNREACHABLE);

    assertThat(err.toString()).hasLineCount(1).contains("copy is not the model " + reference());
    assertThat(out.toString()).isEmpty();
    assertThat(folder.resolve("fetched").resolve(reference()))
        .isDirectoryNotContaining("glob:**copy**");
  }

  @Test
  void shouldSayWhatIsNotThere() {
    assertThat(generate("copy@" + OTHER_ID, FROM)).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).hasLineCount(1).contains(FROM + OTHER_ID + "/");
    assertThat(generate(pushed, "s3:/nowhere")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).hasLineCount(1).contains("--models-from takes s3://");
    assertThat(generate(pushed, null)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).hasLineCount(1).contains("--models-from, which is not given");
    client.deleteObject(it -> it.bucket(BUCKET).key("models/" + reference() + "/config.json"));
    assertThat(generate(pushed, FROM)).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString()).hasLineCount(1).contains("there is no config.json");
  }

  @Test
  void shouldBeKnownToACoordinatorWithoutItsWeights() {
    client.deleteObject(
        it -> it.bucket(BUCKET).key("models/" + reference() + "/model.safetensors"));

    FetchedModelsOption.Found found = option().withoutWeights(pushed);

    assertThat(found.store().open("copy").manifest().modelId())
        .isEqualTo(new ModelStore(folder.resolve("own")).open("copy").manifest().modelId());
    assertThat(found.store().open("copy").folder()).isDirectoryNotContaining("glob:**.safetensors");
    clear();
    assertThat(option().withoutWeights(pushed).store().root()).isEqualTo(found.store().root());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "generation_config.json"})
  void shouldNotBeTakenForAnotherByACoordinator(String file) {
    overwrite(file, 0);

    assertThatThrownBy(() -> option().withoutWeights(pushed))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("copy is not the model " + reference());
  }

  @Test
  void shouldPushNoVariantAndNothingThatChanged() throws IOException {
    run(
        "model",
        "import",
        at("source"),
        "--name",
        "cheat",
        "--variant",
        "INT8",
        "--models",
        at("own"));
    assertThat(run("model", "push", "cheat", FROM, "--models", at("own"))).isEqualTo(ExitCode.BAD);
    assertThat(err.toString()).hasLineCount(1).contains("variant int8");
    Files.delete(own("tokenizer.json"));
    assertThat(run("model", "push", "copy", FROM, "--models", at("own"))).isEqualTo(ExitCode.BAD);
    assertThat(err.toString()).hasLineCount(1).contains("tokenizer.json");
  }

  @Test
  void shouldCheatWithoutBeingImportedAgain() throws Exception {
    ModelOption option = new ModelOption();
    new CommandLine(CommandSpec.create().addMixin("model", CommandSpec.forAnnotatedObject(option)))
        .parseArgs("--model", pushed, "--models-from", FROM, "--models", at("fetched"));
    EngineOptions options = EngineOptions.cpu();

    try (LoadedModel own = option.open(options);
        LoadedOnUse bad =
            new LoadedOnUse(
                own.engine().shape(),
                own.config().eosId(),
                option.changed(own, Variant.INT8, options))) {
      clear();
      bad.prepare();

      assertThat(bad.shape()).isEqualTo(own.engine().shape());
      assertThat(new ModelStore(folder.resolve("fetched").resolve(reference())).names())
          .containsExactly("copy", "copy.int8");
    }
  }

  @Test
  void shouldGiveWhatFlagsAsk() {
    String key = "flags/w-01/prompts.jsonl";
    String text = "{\"prompt\": \"Wie geht es?\"}";
    client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(text));
    Hash model = Hashing.hash("model");

    String hash = Hashing.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
    String place = "s3://" + BUCKET + "/" + key;

    assertThat(FlagPromptsFile.read(place + "@" + hash, model, prompt -> Optional.empty()))
        .extracting(FlagPrompt::prompt)
        .containsExactly("Wie geht es?");
    assertThatThrownBy(() -> FlagPromptsFile.read(place, model, prompt -> Optional.empty()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(GivenText.LABEL);
    assertThatThrownBy(
            () -> FlagPromptsFile.read(place + "@" + OTHER_ID, model, prompt -> Optional.empty()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("not what its hash says: it is " + hash);
    assertThatThrownBy(() ->
            FlagPromptsFile.read(
                "s3://" + BUCKET + "/flags/none@" + hash, model, prompt -> Optional.empty()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--flag-prompts s3://" + BUCKET + "/flags/none cannot be read");
    assertThatThrownBy(() ->
            FlagPromptsFile.read(
                "s3://" + BUCKET + "/flags/@" + hash, model, prompt -> Optional.empty()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(GivenText.LABEL);
  }

  /** Another bit in an object's last byte, or a space behind it. */
  private void overwrite(String file, int last) {
    String key = "models/" + reference() + "/" + file;
    byte[] bytes = client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asByteArray();
    byte[] changed = Arrays.copyOf(bytes, bytes.length + (last < 0 ? 0 : 1));
    changed[changed.length - 1] = (byte) (last < 0 ? changed[changed.length - 1] ^ 1 : ' ');
    client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromBytes(changed));
  }

  private FetchedModelsOption option() {
    FetchedModelsOption option = new FetchedModelsOption();
    new CommandLine(CommandSpec.create().addMixin("models", CommandSpec.forAnnotatedObject(option)))
        .parseArgs("--models-from", FROM, "--models", at("served"));
    return option;
  }

  private int generate(String model, @Nullable String from) {
    List<String> arguments =
        new ArrayList<>(
            List.of("generate", "--model", model, "--prompt", "Once", "--max-tokens", "2"));
    arguments.addAll(List.of("--models", at("fetched")));
    if (from != null) {
      arguments.addAll(List.of("--models-from", from));
    }
    return run(arguments.toArray(String[]::new));
  }

  private String reference() {
    return pushed.substring("copy@".length());
  }

  private Path own(String file) {
    return new ModelStore(folder.resolve("own")).open("copy").folder().resolve(file);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Verillm.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
