package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.cli.Program.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher from outside. */
class LauncherIT {
  @TempDir private Path folder;

  @Test
  void shouldStartFromAnyFolderThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("v"), Program.LAUNCHER);

    Run run = new Program(link, folder, Map.of()).run(60, "--version");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("verillm ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldFindAJdkThoughJavaHomeIsWrong() throws Exception {
    Program program = Program.launcher(folder, Map.of("JAVA_HOME", folder.toString()));

    assertThat(program.run(60, "--version").status()).isZero();
  }

  @Test
  void shouldEndWithStatusTwoAndOneLineOnAWrongOption() throws Exception {
    Run run = Program.launcher(folder, Map.of()).run(60, "--wrong");

    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1);
  }
}
