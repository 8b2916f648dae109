package io.verillm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Renders the templates with the other implementation now, so that the texts of {@link
 * ChatTemplateTest} are what it writes and nobody edited them. Needs node, npm and their registry;
 * says so and is skipped without, unless node is there on a machine that builds for all.
 */
class JinjaReferenceTest {
  private static final Path TEMPLATES = Path.of("src/test/resources/chat");
  private static final Path SCRATCH = Path.of("target/jinja");
  private static final String PACKAGE = "@huggingface/jinja@0.5.11";
  private static final int SECONDS_MAX = 60;

  @Test
  void shouldExpectWhatAnotherJinjaWritesNow() throws IOException, InterruptedException {
    boolean node = succeeds(Path.of("."), "node", "--version");
    assumeTrue(node, "skipped: no node to render the templates with " + PACKAGE);
    Files.createDirectories(SCRATCH);
    boolean installed =
        Files.exists(SCRATCH.resolve("node_modules/@huggingface/jinja/package.json"))
            || succeeds(SCRATCH, "npm", "install", "--no-save", "--no-audit", "--no-fund", PACKAGE);
    assumeTrue(
        installed || "true".equals(System.getenv("CI")), "skipped: npm cannot install " + PACKAGE);
    assertThat(installed).as("npm installs " + PACKAGE).isTrue();
    Files.copy(
        TEMPLATES.resolve("render.mjs"),
        SCRATCH.resolve("render.mjs"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(
            succeeds(
                SCRATCH, "node", "render.mjs", TEMPLATES.toAbsolutePath().normalize().toString()))
        .as("render.mjs")
        .isTrue();
    JsonMapper json = new JsonMapper();
    assertThat(json.readTree(SCRATCH.resolve("out").toFile()))
        .isEqualTo(json.readTree(TEMPLATES.resolve("expected.json").toFile()));
  }

  @Test
  void shouldExpectWhatPythonsJinjaWritesNow() throws IOException, InterruptedException {
    Files.createDirectories(SCRATCH);
    boolean there = succeeds(SCRATCH, "python3", "-c", "import jinja2");
    assumeTrue(there, "skipped: no python3 with jinja2");
    assertThat(
            succeeds(
                SCRATCH,
                "python3",
                TEMPLATES.resolve("render.py").toAbsolutePath().toString(),
                TEMPLATES.toAbsolutePath().normalize().toString()))
        .as("render.py")
        .isTrue();
    JsonMapper json = new JsonMapper();
    JsonNode written = json.readTree(SCRATCH.resolve("out").toFile());
    JsonNode expected = json.readTree(TEMPLATES.resolve("expected.json").toFile());
    assertThat(written.path("texts"))
        .containsExactlyElementsOf(
            StreamSupport.stream(expected.spliterator(), false)
                .map(one -> one.path("text"))
                .toList());
    assertThat(written.path("printed"))
        .isEqualTo(json.readTree(TEMPLATES.resolve("printed.json").toFile()));
  }

  /** Runs a command, its output in the file {@code out} of the folder where there is one. */
  private static boolean succeeds(Path folder, String... command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(
                  folder.equals(SCRATCH)
                      ? ProcessBuilder.Redirect.to(folder.resolve("out").toFile())
                      : ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException absent) {
      return false;
    }
    boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
    process.destroyForcibly();
    return ended && process.exitValue() == 0;
  }
}
