package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack that is witnessed from another process, which then dies. */
class WitnessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process process : started.reversed()) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldGoOnThoughItsWitnessDies() throws Exception {
    String bootstrap = "127.0.0.1:" + freePort();
    String data = folder.resolve("data").toString();
    Program client =
        Program.launcher(folder, Map.of("VERILLM_DATA", data, "VERILLM_BOOTSTRAP", bootstrap));
    List<String> witness =
        List.of("witness", "--id", "alice", "--data", folder.resolve("alice").toString());
    Run name = run(client, witness, "--name");
    Process stack =
        start(
            "stack",
            List.of(
                "up",
                "--honest",
                "--workers",
                "5",
                "--own-witnesses",
                "1",
                "--witness",
                name.lastLine(),
                "--port",
                bootstrap.substring(bootstrap.indexOf(':') + 1),
                "--data",
                data));
    awaitLine(stack, "stack", "up: broker on");
    Path access = folder.resolve("data").resolve("access").resolve("witness.alice.properties");
    List<String> running = new ArrayList<>(witness);
    running.addAll(List.of("--bootstrap", bootstrap, "--access", access.toString()));
    Process alice = start("alice", running);
    awaitLine(alice, "alice", "checking the log");

    Run witnessed = submit(client, "In the beginning");
    Run checkpoint = client.run(60, "log", "checkpoint");
    alice.destroyForcibly().waitFor();
    Run alone = submit(client, "The second day");
    Run audit = client.run(120, "audit", "--bootstrap", bootstrap);

    assertThat(witnessed.status()).as(witnessed.out() + witnessed.err()).isZero();
    assertThat(checkpoint.out()).as(checkpoint.err()).contains("verillm/witness/alice");
    assertThat(alone.status()).as(alone.out() + alone.err()).isZero();
    assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
    assertThat(audit.out()).contains("outputs that witnesses withheld");
    shouldHaveAReceipt(alone, data);
  }

  /** Of a request whose epochs were closed without a witness. */
  private void shouldHaveAReceipt(Run submitted, String data) throws Exception {
    // As the stack's own operator, who reads requests too.
    Program client = Program.launcher(folder, Map.of());
    Matcher id =
        Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").matcher(submitted.out());
    assertThat(id.find()).as(submitted.out()).isTrue();
    // Each epoch waits for the witness before it is closed without it, and so does what comes last.
    Run export =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(2))
            .until(
                () ->
                    client.run(
                        60, "receipt", "export", id.group(), "--data", data, "--out", "receipt"),
                run -> run.status() == ExitCode.OK || !run.err().contains("not sealed whole yet"));
    assertThat(export.status()).as(export.out() + export.err()).isZero();
    String key = export.lastLine().replace("coordinator ", "");

    Run verify = client.run(60, "receipt", "verify", "receipt", "--coordinator-key", key);

    assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
    assertThat(verify.out()).contains("witnesses whom epochs were closed without");
  }

  private static Run submit(Program client, String prompt) throws Exception {
    return client.run(
        PATIENCE.toSeconds(), "submit", "--prompt", prompt, "--max-tokens", "8", "--wait");
  }

  private static Run run(Program client, List<String> arguments, String more) throws Exception {
    List<String> all = new ArrayList<>(arguments);
    all.add(more);
    return client.run(60, all.toArray(String[]::new));
  }

  private Process start(String name, List<String> arguments) throws IOException {
    Process process =
        Program.launcher(folder, Map.of())
            .start(folder.resolve(name + ".err"), arguments.toArray(String[]::new));
    started.add(process);
    return process;
  }

  private void awaitLine(Process process, String name, String line) throws IOException {
    Path err = folder.resolve(name + ".err");
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || Files.readString(err).contains(line));
    assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
