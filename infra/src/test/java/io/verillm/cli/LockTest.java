package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's lock around a build, by the shell that runs it. */
class LockTest {
  private static final Path LOCK = Path.of("src/main/sh/lock.sh").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void shouldLetOneBuildRunAtATime() throws Exception {
    List<Process> builds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      builds.add(
          shell("lock_take lock; printf '[' >>out; sleep 0.2; printf ']' >>out; lock_free lock"));
    }
    for (Process build : builds) {
      assertThat(build.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(build.exitValue()).isZero();
    }

    assertThat(folder.resolve("out")).hasContent("[][][]");
    assertThat(folder.resolve("lock")).doesNotExist();
  }

  @Test
  void shouldTakeTheLockOfABuildThatWasKilled() throws Exception {
    Process killed = shell("lock_take lock; exec sleep 60");
    await().until(() -> Files.exists(folder.resolve("lock/pid")));
    killed.destroyForcibly().waitFor();

    Process next = shell("lock_take lock; echo mine");

    assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(next.inputReader().readLine()).isEqualTo("mine");
  }

  private Process shell(String commands) throws Exception {
    return new ProcessBuilder("sh", "-c", ". '" + LOCK + "'; " + commands)
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
