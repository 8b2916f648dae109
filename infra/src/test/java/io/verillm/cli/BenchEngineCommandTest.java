package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchEngineCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void shouldTellItsFiguresAsOneObjectAndWriteTheirTables() throws IOException {
    Path page = folder.resolve("benchmarks.md");

    int status =
        run(
            "bench",
            "engine",
            "--quick",
            "--model",
            "builtin",
            "--prompts",
            "8",
            "--batch",
            "2",
            "--outputs",
            "16,9999",
            "--output",
            "json",
            "--to",
            page.toString());

    assertThat(status).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).hasLineCount(1);
    JsonNode object = new ObjectMapper().readTree(out.toString());
    assertThat(object.fieldNames())
        .toIterable()
        .containsExactly("date", "machine", "repeats", "budgetMinutes", "roofline", "models");
    assertThat(object.at("/machine/cores").asInt()).isPositive();
    assertThat(object.at("/models/0/cells/0/ratio/median").asDouble()).isPositive();
    assertThat(object.at("/models/0/skipped/0/output").asInt()).isEqualTo(9999);
    assertThat(page)
        .content()
        .contains(
            "## Engine, builtin, cpu, ", "./verillm bench engine", "Skipped: prompt 8, output 9999")
        .contains("| prompt | output |");
  }

  @Test
  void shouldRefuseADeviceAndALengthThatCannotBeMeant() {
    assertThat(run("bench", "engine", "--device", "tpu")).isEqualTo(ExitCode.USAGE);
    assertThat(run("bench", "engine", "--prompts", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("bench")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldPutItsScratchFilesAwayWhenItIsStopped() throws Exception {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + scratch,
                Verillm.class.getName(),
                "bench",
                "engine",
                "--quick",
                "--repeats",
                "100000")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process bench = builder.start();
    await().atMost(Duration.ofMinutes(1)).until(() -> roofs(scratch) > 0 || !bench.isAlive());

    bench.destroy();

    assertThat(bench.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(bench.exitValue()).isEqualTo(143);
    assertThat(scratch).isEmptyDirectory();
  }

  private static long roofs(Path scratch) throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      return files.filter(file -> file.getFileName().toString().startsWith("verillm-roof")).count();
    }
  }

  private int run(String... args) {
    return Verillm.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
