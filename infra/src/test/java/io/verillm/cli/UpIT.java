package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import io.verillm.local.StackFolder;
import io.verillm.local.StackFolders;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack that stays: from outside, through a stop and a second start. */
class UpIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;

  @Test
  void shouldServeRequestsAndKeepThemThroughARestart() throws Exception {
    int port = freePort();
    Program client =
        Program.launcher(
            folder,
            Map.of(
                "VERILLM_DATA",
                folder.resolve("data").toString(),
                "VERILLM_BOOTSTRAP",
                "127.0.0.1:" + port));

    Process first = up(port, "first");
    Run submitted =
        client.run(
            PATIENCE.toSeconds(),
            "submit",
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "8",
            "--wait");
    String id = submitted.out().lines().findFirst().orElse("").replace("request ", "");
    Run sql = client.run(60, "sql", "select request_id from requests");
    assertThat(first.isAlive()).as(Files.readString(folder.resolve("first.err"))).isTrue();
    int stopped = stop(first);
    Process second = up(port, "second");
    Run status = client.run(60, "status", id);
    Run next =
        client.run(
            PATIENCE.toSeconds(),
            "submit",
            "--prompt",
            "The second day",
            "--max-tokens",
            "8",
            "--wait");
    Run hot = client.run(60, "submit", "--prompt", "x", "--temperature", "-1");
    Run odd = client.run(60, "submit", "--prompt", "x", "--model", "nobody");
    Run quick = client.run(60, "submit", "--prompt", "x", "--max-tokens", "4");
    Run stranger = client.run(60, "status", "019abc00-0000-7000-8000-000000000001");
    Run nonsense = client.run(60, "status", "abc");
    Run listed = client.run(60, "topics", "list");
    Run locked = client.run(60, "up", "--port", "0");
    rememberAnother();
    Run topics = client.run(60, "topics", "plan", "--workers", "w-01,w-02,w-03,w-04,w-05");
    // Stopped while workers compute: nothing may take the model away from under them.
    Run running = client.run(60, "submit", "--prompt", "The third day");
    int stoppedAgain = stop(second);

    assertThat(submitted.status()).as(submitted.out() + submitted.err()).isZero();
    assertThat(submitted.out()).contains("unverified: ").contains("ACCEPTED");
    assertThat(sql.out()).contains(id);
    assertThat(status.out())
        .as(status.err())
        .startsWith("ACCEPTED")
        .contains("segment 0 by w-", "checked: OPENINGS");
    assertThat(next.status()).as(next.out() + next.err()).isZero();
    assertThat(topics.status()).as(topics.out() + topics.err()).isZero();
    assertThat(hot.status()).isEqualTo(ExitCode.USAGE);
    assertThat(hot.err()).hasLineCount(1).contains("temperature", "-1");
    assertThat(odd.err()).hasLineCount(1).contains("nobody");
    assertThat(quick.status()).as(quick.err()).isZero();
    assertThat(quick.out()).contains("accepted; look later with: ./verillm status ");
    assertThat(running.status()).as(running.err()).isZero();
    assertThat(stranger.status()).isEqualTo(ExitCode.BAD);
    assertThat(stranger.out()).startsWith("unknown: ").hasLineCount(1);
    assertThat(nonsense.status()).isEqualTo(ExitCode.USAGE);
    assertThat(listed.out()).contains("verillm.requests.v1", "0 to create");
    assertThat(locked.status()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(locked.err().lines().skip(1))
        .singleElement()
        .asString()
        .contains("another process", "127.0.0.1:" + port, "--data");
    assertThat(Files.readString(folder.resolve("first.err")))
        .contains("5 workers; nobody cheats", "./verillm submit");
    assertThat(stopped).isZero();
    assertThat(stoppedAgain).isZero();
  }

  @Test
  void shouldSayThatNoBrokerAnswers() throws Exception {
    Run run =
        Program.launcher(folder, Map.of("VERILLM_BOOTSTRAP", "127.0.0.1:" + freePort()))
            .run(60, "submit", "--prompt", "x", "--keys", folder.resolve("keys").toString());

    assertThat(run.status()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run.err()).hasLineCount(1);
  }

  /** As if another stack had started since: commands are about the one behind their port. */
  private void rememberAnother() throws IOException {
    StackFolder another = new StackFolder(folder.resolve("another"));
    Files.createDirectories(another.path());
    Files.writeString(another.path().resolve("stack.json"), "{}");
    StackFolders noted = new StackFolders(Program.ROOT.resolve("data"));
    noted.remember(another);
    assertThat(noted.latest()).isPresent();
  }

  private Process up(int port, String name) throws IOException {
    Path err = folder.resolve(name + ".err");
    Process process =
        Program.launcher(folder, Map.of())
            .start(
                err,
                "up",
                "--honest",
                "--workers",
                "5",
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString());
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || Files.readString(err).contains("up: broker on"));
    assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
    return process;
  }

  private static int stop(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
