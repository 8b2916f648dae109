package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.verillm.cli.Program.Run;
import io.verillm.local.LocalStack;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.access.Principal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker in a process of its own joins a stack that runs, with a model under the id that the
 * stack serves whose weights are not those: a cheat, which has to be said.
 */
class WorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;

  @Test
  void shouldJoinWithAVariantThatItIsAskedForAndLeaveOnSigterm() throws Exception {
    StackFolder data = new StackFolder(folder.resolve("data"));
    StackPlan plan = StackPlan.of(StackPlan.WORKERS_MIN, true, 7);
    try (LocalStack stack =
        LocalStack.start(data, plan, new SplittableRandom(7), LocalStack.ANY_PORT)) {
      Map<String, String> asOperator =
          Map.of(
              "VERILLM_BOOTSTRAP", stack.bootstrap(),
              "VERILLM_ACCESS", data.path().resolve("access/operator.properties").toString());
      Commands program = new Commands(asOperator);

      Path source = ModelFolder.builtIn(folder.resolve("source"));
      Run imported =
          program.run(
              "model",
              "import",
              source.toString(),
              "--name",
              "cheat",
              "--variant",
              "int8",
              "--models",
              models());
      Run unsaid =
          program.run(
              "worker",
              "--id",
              "w-88",
              "--data",
              worker("w-88"),
              "--model",
              "cheat",
              "--models",
              models());
      Run early = program.run("worker", "--id", "w-88", "--data", worker("w-88"));
      String users = folder.resolve("users").toString();
      Run applied =
          program.run(
              "topics", "apply", "--workers", "w-88", "--acls", "--seed-offsets", "--users", users);
      Run planned = program.run("topics", "plan", "--workers", "w-88", "--acls", "--seed-offsets");
      Process worker =
          start(
              Map.of(
                  "VERILLM_BOOTSTRAP",
                  stack.bootstrap(),
                  "VERILLM_ACCESS",
                  users + "/worker.w-88.properties"));
      await().atMost(PATIENCE).until(() -> ready(stack, true) || !worker.isAlive());
      String said = Files.readString(folder.resolve("worker.err"));
      worker.destroy();
      boolean ended = worker.waitFor(60, TimeUnit.SECONDS);

      assertThat(imported.status()).as(imported.err()).isZero();
      assertThat(unsaid.status()).isEqualTo(ExitCode.USAGE);
      assertThat(unsaid.err()).hasLineCount(1).contains("variant int8", "--cheat");
      assertThat(early.status()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(early.err()).hasLineCount(1).contains("w-88");
      assertThat(applied.out())
          .as(applied.err())
          .contains("+ verillm.tasks.w-88.v1")
          .contains("+ user worker:w-88 in " + users)
          .doesNotContain("+ user coordinator")
          .contains("+ User:worker:w-88 may READ TOPIC verillm.tasks.w-88.v1")
          .contains("+ worker-w-88 begins at 0 of verillm.tasks.w-88.v1-0");
      assertThat(planned.status()).as(planned.out() + planned.err()).isZero();
      assertThat(said).contains("worker w-88 takes tasks from " + stack.bootstrap());
      assertThat(ended).isTrue();
      await().atMost(PATIENCE).until(() -> ready(stack, false));
    }
  }

  private String models() {
    return folder.resolve("models").toString();
  }

  private String worker(String id) {
    return folder.resolve(id).toString();
  }

  private Process start(Map<String, String> environment) throws Exception {
    return Program.launcher(folder, environment)
        .start(
            folder.resolve("worker.err"),
            "worker",
            "--id",
            "w-88",
            "--data",
            worker("w-88"),
            "--model",
            "cheat",
            "--models",
            models(),
            "--cheat");
  }

  /** What the registry says of the worker. */
  private static boolean ready(LocalStack stack, boolean wanted) {
    try (RegistryReader registry = RegistryReader.open(stack.as(Principal.COORDINATOR))) {
      RegisteredWorker worker = registry.refresh(PATIENCE).workers().get("w-88");
      return worker != null && worker.ready() == wanted;
    }
  }
}
