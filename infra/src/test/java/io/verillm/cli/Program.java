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

  /** The launcher of the built distribution. */
  static final Path LAUNCHER = ROOT.resolve("verillm");

  /** Short runs: the second compiler would cost more than it brings. */
  private static final Map<String, String> FAST =
      Map.of("VERILLM_JVM_FLAGS", "-XX:TieredStopAtLevel=1");

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

  /** The launcher in a folder, with these variables beside those of this process. */
  static Program launcher(Path folder, Map<String, String> environment) {
    return new Program(LAUNCHER, folder, environment);
  }

  /** Starts a run that goes on; what it says on stderr comes into a file. */
  Process start(Path err, String... arguments) throws IOException {
    return start(ProcessBuilder.Redirect.DISCARD, err, arguments);
  }

  /** The same, with what it says on stdout. */
  Process start(ProcessBuilder.Redirect out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out)
            .redirectError(err.toFile());
    builder.environment().putAll(FAST);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs to the end. */
  Run run(long seconds, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process = start(ProcessBuilder.Redirect.to(out.toFile()), err, arguments);
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    assertThat(ended)
        .as("%s %s in %d s: %s", launcher, List.of(arguments), seconds, Files.readString(err))
        .isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
