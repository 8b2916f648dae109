package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
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
        .contains("## Engine, cpu, ", "./verillm bench engine", "Skipped: prompt 8, output 9999")
        .contains("| prompt | output |");
  }

  @Test
  void shouldRefuseADeviceAndALengthThatCannotBeMeant() {
    assertThat(run("bench", "engine", "--device", "tpu")).isEqualTo(ExitCode.USAGE);
    assertThat(run("bench", "engine", "--prompts", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("bench")).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... args) {
    return Verillm.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
