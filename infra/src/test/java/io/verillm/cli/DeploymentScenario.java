package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A deployment from nothing to a decided request by the commands of docs/operations.md: each
 * program by itself, wherever a subclass starts it, and an operator's commands from outside.
 */
abstract class DeploymentScenario {
  static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final List<String> WORKERS = List.of("w-01", "w-02", "w-03");

  /** Runs a command of the operator or of a requester to its end. */
  abstract Run run(String... arguments) throws Exception;

  /** Starts a program; it logs in to the brokers by itself. */
  abstract void start(String name, String... arguments) throws Exception;

  /** What a program has said on stderr. */
  abstract String said(String name) throws Exception;

  /** Whether a program runs. */
  abstract boolean isRunning(String name);

  /** Sends SIGTERM and waits for the end. */
  abstract void stop(String name) throws Exception;

  /** A folder by the name that commands of the operator know it by. */
  abstract String folder(String name);

  /** The same by the name that programs know it by. */
  abstract String mounted(String name);

  @Test
  void shouldDecideARequestWithEveryProgramByItself() throws Exception {
    String keys = folder("keys");
    run("topics", "apply", "--shards", "2", "--workers", String.join(",", WORKERS));
    String witness = named("witness", run("keys", "one", "--keys", folder("one") + "/keys"));
    String requester = named("account", run("keys", "requester", "--keys", keys));
    assertThat(run("keys", "coordinator", "--keys", keys).status()).isZero();
    start("ledger", "app", "ledger", "--keys", mounted("keys"));
    String[] setup =
        with(serving(), "setup", "--shards", "2", "--witness", witness, "--keys", keys);
    Run founded = run(setup);
    Run again = run(setup);
    Run funded = run("fund", "--keys", keys, requester + "=30000000");
    List<String> stakes = new ArrayList<>();
    for (String worker : WORKERS) {
      stakes.add(stake(worker));
    }
    start(
        "coordinator",
        with(
            serving(),
            "app",
            "coordinator",
            "--metrics",
            "--keys",
            mounted("keys"),
            "--fund",
            String.join(",", stakes)));
    start("sealer", with(publishing(), "app", "sealer", "--keys", mounted("keys")));
    start("tables", "app", "tables", "--tables", mounted("tables"));
    start("one", "witness", "--id", "one", "--data", mounted("one"));
    for (String worker : WORKERS) {
      startWorker(worker);
    }
    for (String program : List.of("ledger", "coordinator", "sealer", "tables")) {
      awaitLine(program, program + " runs on ");
    }
    for (String worker : WORKERS) {
      awaitLine(worker, "takes tasks from");
    }

    Run submitted =
        run(
            "submit",
            "--model",
            model(),
            "--prompt",
            "In the beginning",
            "--max-tokens",
            "4",
            "--handovers",
            "0",
            "--keys",
            keys,
            "--wait");
    Run audit = run("audit", "--bootstrap", bootstrap());
    stop("coordinator");
    stop("w-01");

    assertThat(founded.out()).as(founded.err()).startsWith("founded coordinator ");
    assertThat(again.out()).as(again.err()).startsWith("founded before, coordinator ");
    assertThat(funded.status()).as(funded.err()).isZero();
    assertThat(submitted.status()).as(submitted.out() + submitted.err()).isZero();
    assertThat(submitted.out()).contains("unverified: ").contains("ACCEPTED");
    assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
    afterwards();
  }

  /** The brokers, as commands of the operator reach them. */
  abstract String bootstrap();

  /** Where the sealer publishes checkpoints, as its options; nowhere unless a subclass says so. */
  List<String> publishing() {
    return List.of();
  }

  /** Which model is served, as options of whoever needs it; the built-in one if nothing is said. */
  List<String> serving() {
    return List.of();
  }

  /** Its name. */
  String model() {
    return "builtin";
  }

  /** How a worker plants flags, as its options; it plants none if nothing is said. */
  List<String> planting() {
    return List.of();
  }

  final void startWorker(String id) throws Exception {
    List<String> options = new ArrayList<>(serving());
    options.addAll(planting());
    start(id, with(options, "worker", "--id", id, "--intake", "group", "--data", mounted(id)));
  }

  static String[] with(List<String> options, String... command) {
    return Stream.concat(Stream.of(command), options.stream()).toArray(String[]::new);
  }

  /** What can be seen in this surrounding alone. */
  void afterwards() throws Exception {}

  final void awaitLine(String name, String line) throws Exception {
    await().atMost(PATIENCE).until(() -> !isRunning(name) || said(name).contains(line));
    assertThat(isRunning(name)).as(said(name)).isTrue();
  }

  /** As {@code fund} takes it; makes the worker's keys where it has none. */
  final String stake(String worker) throws Exception {
    Run keys = run("keys", worker, "--keys", folder(worker) + "/keys");
    return "stake:%s@%s=1000000".formatted(worker, named("key", keys));
  }

  static String named(String field, Run run) {
    assertThat(run.status()).as(run.err()).isZero();
    return run.out()
        .lines()
        .filter(line -> line.startsWith(field + " "))
        .map(line -> line.substring(field.length()).strip())
        .findFirst()
        .orElseThrow();
  }
}
