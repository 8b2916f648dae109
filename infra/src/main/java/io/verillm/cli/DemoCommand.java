package io.verillm.cli;

import io.verillm.demo.Demo;
import io.verillm.demo.DemoJson;
import io.verillm.demo.DemoOptions;
import io.verillm.demo.DemoReport;
import io.verillm.demo.DemoUnfinished;
import io.verillm.demo.ProgressView;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.local.LocalStack;
import io.verillm.local.StackFailed;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import io.verillm.topics.RequestFailed;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the main job in one process. */
@Command(
    name = "demo",
    description =
        "Runs the whole system in this process, posts requests, and shows what was generated, who"
            + " cheated, who was paid, and that it can all be recomputed.")
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "12",
      description = "How many requests (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How many workers, 3 or more; an author and three checkers are 4. w-03 and w-07 cheat where"
              + " they exist (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(names = "--honest", description = "Nobody cheats.")
  private boolean honest;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Fixes keys, prompts, ids and salts (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--intake",
      defaultValue = "share",
      description =
          "How the workers take tasks: share (share groups) or group (a consumer group, as on"
              + " brokers without share groups) (default: ${DEFAULT-VALUE}).")
  private IntakeKind intake = IntakeKind.SHARE;

  DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    StackFolder folder = data.orFresh();
    if (folder.exists()) {
      throw CommandFailure.usage(
          folder.path()
              + " holds a stack already; go on with it by ./verillm up --data "
              + folder.path());
    }
    DemoReport report = run(folder, options(), plan());
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(DemoJson.line(report.outcome()));
    } else {
      report.lines().forEach(out::println);
    }
    return report.outcome().isSound() ? ExitCode.OK : ExitCode.BAD;
  }

  private DemoOptions options() {
    try {
      return DemoOptions.of(requests, seed);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private StackPlan plan() {
    try {
      return StackPlan.of(workers, honest, seed).with(intake).withFlags(StackPlan.DEMO_DUTY_TICKS);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private DemoReport run(StackFolder folder, DemoOptions options, StackPlan plan)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    err.println("starting broker, coordinator, witnesses and workers in " + folder.path() + " ...");
    plan.warning().ifPresent(err::println);
    err.flush();
    try {
      folder.markUnfinished();
    } catch (UncheckedIOException e) {
      throw CommandFailure.unreachable(
          "cannot write " + folder.path() + "; take another by --data");
    }
    LogFile.open(folder);
    BrokerDeath.explain(folder);
    try (Interruption interruption = Interruption.of(folder, err);
        LocalStack stack =
            interruption.closing(
                LocalStack.start(folder, plan, new SplittableRandom(seed), LocalStack.ANY_PORT))) {
      DataOption.folders().remember(folder);
      err.println(
          "posting %d requests; a text may pass from worker to worker, so there are more parts"
                  .formatted(requests)
              + " generated and committed than requests");
      err.flush();
      boolean terminal = System.console() != null && !output.json();
      DemoReport report = new Demo(stack, options, ProgressView.of(requests, terminal)).run();
      folder.markFinished();
      return report;
    } catch (StackFailed
        | RequestFailed
        | DemoUnfinished
        | KafkaException
        | IllegalStateException e) {
      throw CommandFailure.unreachable(e.getMessage() + "; the log is in " + folder.log());
    }
  }
}
