package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another process: the launcher of the built distribution, as a user runs it, or a JVM. */
record Program(Path launcher, Path folder, Map<String, String> environment) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What one run gave. */
  record Run(int status, String out, String err) {
    String lastLine() {
      return out.lines().reduce("", (first, second) -> second);
    }
  }

  /** A class of this build's instead of the launcher: its name is the first argument. */
  static Program java(Path folder) {
    return new Program(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        folder,
        Map.of("CLASSPATH", System.getProperty("java.class.path")));
  }

  Run run(long seconds, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    assertThat(ended).as("%s within %d s: %s", command, seconds, Files.readString(err)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
