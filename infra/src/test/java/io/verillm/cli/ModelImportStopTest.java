package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that imports a model is stopped while it writes the weights. */
class ModelImportStopTest {
  /** 26 million weights: 105 MB to write. */
  private static final String CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "vocab_size": 4096, "hidden_size": 256,
       "intermediate_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 4,
       "num_key_value_heads": 4, "max_position_embeddings": 64, "rope_theta": 10000.0,
       "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
      """;

  private static final String NAME = "big";
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;
  private Path source;
  private Path store;
  private @Nullable Process process;

  @BeforeEach
  void writeModel() throws IOException {
    source = ModelFolder.random(folder.resolve("source"), CONFIG);
    store = folder.resolve("store");
  }

  @AfterEach
  void leaveNobodyStanding() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void shouldRemoveWhatItMadeWhenItIsStopped(String signal, int status) throws Exception {
    // Whoever runs the tests in the background may have them ignore Ctrl-C, children included.
    assumeThat(signal.equals("INT") && ignoresInterrupts()).as("SIGINT is ignored").isFalse();
    Process importing = writing();
    signal(signal);
    signal("CONT");

    assertThat(importing.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(importing.exitValue()).isEqualTo(status);
    assertThat(entries()).containsExactly(".lock");
  }

  @Test
  void shouldLeaveNoModelWhenItIsKilledAndTakeItsNameAgain() throws Exception {
    writing().destroyForcibly().waitFor();

    assertThat(entries()).as("its staging folder").hasSize(2).doesNotContain(NAME);
    Program program = Program.java(folder);
    assertThat(program.run(60, command("verify", NAME)).status()).isEqualTo(ExitCode.UNREACHABLE);

    Program.Run again = program.run(120, importing());

    assertThat(again.status()).as(again.err()).isEqualTo(ExitCode.OK);
    assertThat(entries()).containsExactly(".lock", NAME);
    assertThat(program.run(60, command("verify", NAME)).status()).isEqualTo(ExitCode.OK);
  }

  /** An import that stands still in the middle of its work. */
  private Process writing() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                    Stream.of(importing()))
                .toList());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process started =
        builder
            .redirectOutput(folder.resolve("said.txt").toFile())
            .redirectErrorStream(true)
            .start();
    process = started;
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> isWritten() || !started.isAlive());
    signal("STOP");
    assertThat(isWritten()).as(Files.readString(folder.resolve("said.txt"))).isTrue();
    return started;
  }

  private boolean isWritten() throws IOException {
    if (!Files.exists(store)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(store)) {
      return entries.anyMatch(part ->
          part.getFileName().toString().startsWith("." + NAME + ".part")
              && Files.exists(part.resolve("model.onnx.data")));
    }
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> entries = Files.list(store)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private String[] importing() {
    return command("import", source.toString(), "--name", NAME);
  }

  private String[] command(String... arguments) {
    return Stream.of(
            Stream.of(Verillm.class.getName(), "model"),
            Stream.of(arguments),
            Stream.of("--models", store.toString()))
        .flatMap(part -> part)
        .toArray(String[]::new);
  }

  private void signal(String name) throws Exception {
    String pid = Long.toString(process.pid());
    Process kill = new ProcessBuilder("kill", "-" + name, pid).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }
}
