package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import io.verillm.events.Accepted;
import io.verillm.events.SettleCase;
import io.verillm.local.LocalStack;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three workers run and the fourth rests: a request waits until a process of the fourth starts; one
 * that nobody comes for ends at its requester's time and costs nothing.
 */
class RestingIT {
  private static final String WORKER = "w-88";
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;
  private @Nullable Process worker;

  @AfterEach
  void leaveNobodyBehind() throws InterruptedException {
    if (worker != null) {
      worker.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldWaitForAWorkerThatStartsAndEndWhereNobodyComes() throws Exception {
    StackFolder data = new StackFolder(folder.resolve("data"));
    StackPlan three = StackPlan.of(3, true, 7);
    try (LocalStack stack =
        LocalStack.start(data, three, new SplittableRandom(7), LocalStack.ANY_PORT)) {
      Run set =
          say(stack, data, "coordinator", "duties", "--worker-wait", "600", "--keys", keys(data));
      Run applied =
          say(
              stack,
              data,
              "operator",
              "topics",
              "apply",
              "--workers",
              WORKER,
              "--acls",
              "--users",
              users());
      Run key = say(stack, data, "operator", "keys", WORKER, "--keys", own() + "/keys");

      Run posted = submit(stack, data, "--handovers", "0");
      boolean waits = accepted(stack).isEmpty();
      worker = start(stack);
      await().atMost(PATIENCE).until(() -> ready(stack, true) || !worker.isAlive());
      Run staked = fund(stack, data, "stake:%s@%s=1000000".formatted(WORKER, key(key)));
      Run again = fund(stack, data, "stake:%s@%s=7".formatted(WORKER, key(key)), "treasury=5");
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> assertThat(status(stack, data, id(posted))).startsWith("ACCEPTED\n"));
      worker.destroy();
      boolean ended = worker.waitFor(60, TimeUnit.SECONDS);
      await().atMost(PATIENCE).until(() -> ready(stack, false));
      Run expired = submit(stack, data, "--worker-wait", "2", "--wait");
      Run audit = say(stack, data, "operator", "audit", "--bootstrap", stack.bootstrap());

      assertThat(set.out()).as(set.err()).contains("waits 600 s");
      assertThat(applied.status()).as(applied.err()).isZero();
      assertThat(staked.status()).as(staked.err()).isZero();
      assertThat(staked.out()).contains("posted: payment 1 of 1000000 units to stake:" + WORKER);
      assertThat(again.status()).as(again.err()).isEqualTo(ExitCode.BAD);
      assertThat(again.out()).isEqualTo("posted: payment 1 of 5 units to treasury\n");
      assertThat(again.err())
          .contains("paid before, and not again: payment 1 of 1000000 units to stake:" + WORKER);
      assertThat(posted.out())
          .as(posted.err())
          .contains("posted, not answered within", "may wait 600 s");
      assertThat(waits).as("three are not an author and three checkers").isTrue();
      assertThat(ended).as("drains on SIGTERM").isTrue();
      assertThat(expired.status()).as(expired.err()).isEqualTo(ExitCode.BAD);
      assertThat(expired.out()).contains("EXPIRED", "NO_WORKER");
      assertThat(accepted(stack)).extracting(Accepted::getRequestId).containsExactly(id(posted));
      assertThat(refunds(stack)).containsExactly(id(expired));
      assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
    }
  }

  private static Run fund(LocalStack stack, StackFolder data, String... payments) {
    return say(
        stack,
        data,
        "coordinator",
        Stream.concat(Stream.of("fund", "--keys", keys(data)), Stream.of(payments))
            .toArray(String[]::new));
  }

  private static List<Accepted> accepted(LocalStack stack) {
    return new LogEvents(stack.as(Principal.OPERATOR))
        .all(stack.catalogue().accepted(), Accepted.class);
  }

  /** Requests whose settlement pays nobody. */
  private static List<String> refunds(LocalStack stack) {
    return new LogEvents(stack.as(Principal.OPERATOR))
        .all(stack.catalogue().ledgerCommands(), SettleCase.class).stream()
            .filter(settled -> settled.getPayments().isEmpty())
            .map(SettleCase::getRequestId)
            .toList();
  }

  private static Run submit(LocalStack stack, StackFolder data, String... options) {
    return say(
        stack,
        data,
        "requester",
        Stream.concat(
                Stream.of("submit", "--prompt", "Once", "--max-tokens", "4", "--keys", keys(data)),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private static String status(LocalStack stack, StackFolder data, String requestId) {
    return say(stack, data, "requester", "status", requestId, "--keys", keys(data)).out();
  }

  private static String id(Run posted) {
    return posted.out().lines().findFirst().orElseThrow().substring("request ".length());
  }

  private static String key(Run keys) {
    return keys.out()
        .lines()
        .filter(line -> line.startsWith("key "))
        .findFirst()
        .orElseThrow()
        .substring("key ".length())
        .strip();
  }

  private static Run say(LocalStack stack, StackFolder data, String user, String... arguments) {
    return new Commands(
            Map.of(
                "VERILLM_BOOTSTRAP", stack.bootstrap(),
                "VERILLM_ACCESS", data.path().resolve("access/" + user + ".properties").toString()))
        .run(arguments);
  }

  private static boolean ready(LocalStack stack, boolean wanted) {
    try (RegistryReader registry = RegistryReader.open(stack.as(Principal.COORDINATOR))) {
      RegisteredWorker known = registry.refresh(PATIENCE).workers().get(WORKER);
      return known != null && known.ready() == wanted;
    }
  }

  private static String keys(StackFolder data) {
    return data.path().resolve("keys").toString();
  }

  private String users() {
    return folder.resolve("users").toString();
  }

  private String own() {
    return folder.resolve(WORKER).toString();
  }

  private Path err() {
    return folder.resolve("worker.err");
  }

  private Process start(LocalStack stack) throws IOException {
    Map<String, String> environment =
        Map.of(
            "VERILLM_BOOTSTRAP",
            stack.bootstrap(),
            "VERILLM_ACCESS",
            users() + "/worker." + WORKER + ".properties",
            "VERILLM_JVM_FLAGS",
            "-Xmx512m -XX:TieredStopAtLevel=1");
    return Program.launcher(folder, environment)
        .start(err(), "worker", "--id", WORKER, "--data", own());
  }
}
