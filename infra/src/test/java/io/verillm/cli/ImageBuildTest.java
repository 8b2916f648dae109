package io.verillm.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On which machines {@code infra/images/verillm/build} makes which image. */
class ImageBuildTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "Darwin, arm64, '', 3, 'verillm is made on Linux on x86-64, not on Darwin-arm64'",
    "Linux, aarch64, cuda, 3, 'verillm-cuda is made on Linux on x86-64, not on Linux-aarch64'",
    // As far as the base, which has no digest.
    "Linux, aarch64, '', 2, 'an image for arm64: terraform/examples/complete runs x86-64'",
    "Linux, x86_64, cuda, 2, 'VERILLM_BASE_IMAGE takes NAME@sha256:DIGEST or named, not latest'",
  })
  void shouldRefuseAMachineWhoseImageWouldNotStart(
      String system, String machine, String kind, int status, String line) throws Exception {
    Path build = Path.of("images/verillm/build").toAbsolutePath();
    ProcessBuilder builder =
        kind.isEmpty()
            ? new ProcessBuilder(build.toString())
            : new ProcessBuilder(build.toString(), kind);
    builder.environment().put("PATH", standIn(system, machine) + ":" + System.getenv("PATH"));
    builder.environment().put("VERILLM_BASE_IMAGE", "latest");

    Process process = builder.start();
    try {
      assertThat(process.waitFor(20, SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(status);
      assertThat(process.errorReader().readLine()).isEqualTo(line);
    } finally {
      process.destroyForcibly();
    }
  }

  private Path standIn(String system, String machine) throws IOException {
    Path uname = folder.resolve("uname");
    Files.writeString(
        uname, "#!/bin/sh\n[ \"$1\" = -s ] && echo %s || echo %s\n".formatted(system, machine));
    Files.setPosixFilePermissions(uname, PosixFilePermissions.fromString("rwx------"));
    return folder;
  }
}
