package io.verillm.cli;

import io.verillm.gpu.intake.IntakeKind;
import io.verillm.local.LocalStack;
import io.verillm.local.StackFailed;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import io.verillm.local.StackWitnesses;
import io.verillm.protocol.log.ClosedEpoch;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}: the stack until it is told to stop. */
@Command(
    name = "up",
    description = "Runs the whole system until Ctrl-C and keeps its state for the next time.")
final class UpCommand implements Callable<Integer> {
  static final int DISPUTE_WINDOW_MAX = 24 * 60 * 60;

  @Mixin private LogOption log = new LogOption();
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many workers a new stack has (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(names = "--honest", description = "In a new stack nobody cheats.")
  private boolean honest;

  @Option(
      names = "--own-witnesses",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "How many witnesses of a new stack run in this process (default: ${DEFAULT-VALUE}).")
  private int ownWitnesses;

  @Option(
      names = "--witness",
      paramLabel = "NAME",
      description =
          "A witness of a new stack that runs elsewhere, by the name that ./verillm witness prints;"
              + " may be given several times.")
  private List<String> witnesses = List.of();

  @Option(
      names = "--port",
      defaultValue = "9092",
      description = "The broker's port on localhost (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--intake",
      defaultValue = "share",
      description =
          "How a new stack's workers take tasks: share (share groups) or group (a consumer group, as on"
              + " brokers without share groups) (default: ${DEFAULT-VALUE}).")
  private IntakeKind intake = IntakeKind.SHARE;

  @Option(
      names = "--dispute-window",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description =
          "How long a new stack lets a verdict be disputed before it is final (default:"
              + " ${DEFAULT-VALUE}). People need a minute.")
  private int disputeWindow;

  UpCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    StackFolder folder = data.orKept();
    if (port < 0 || port > 65_535) {
      throw CommandFailure.usage("--port must be 0..65535, not " + port);
    }
    System.err.println("starting in " + folder.path() + " ...");
    LogFile.open(folder);
    BrokerDeath.explain(folder);
    try (LocalStack stack = LocalStack.start(folder, plan(), new SecureRandom(), port)) {
      StopSignal.stopsBy(status -> stop(stack));
      DataOption.folders().remember(folder);
      folder.markFinished();
      UpText.lines(stack, folder, port).forEach(System.err::println);
      while (stack.failure().isEmpty()) {
        TimeUnit.SECONDS.sleep(1);
      }
      StopSignal.leaveIfReceived();
      throw CommandFailure.unreachable(
          "a part of the stack failed: %s; the log is in %s"
              .formatted(stack.failure().get(), folder.log()));
    } catch (StackFailed | KafkaException | IllegalStateException e) {
      throw CommandFailure.unreachable(e.getMessage() + "; the log is in " + folder.log());
    }
  }

  private StackPlan plan() {
    try {
      if (disputeWindow < 0 || disputeWindow > DISPUTE_WINDOW_MAX) {
        throw CommandFailure.usage(
            "--dispute-window must be 0..%d, not %d".formatted(DISPUTE_WINDOW_MAX, disputeWindow));
      }
      return StackPlan.of(workers, honest, new SecureRandom().nextLong())
          .withDisputeTicks((int) (disputeWindow * 1_000L / ClosedEpoch.TICK_MILLIS))
          .with(intake)
          .withFlags(StackPlan.DUTY_TICKS)
          .with(new StackWitnesses(ownWitnesses, witnesses));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  /** Stopping is what was asked for, so it is good. */
  private static int stop(LocalStack stack) {
    System.err.println("stopping ...");
    try (stack) {
      stack.closeScoringEpoch();
    }
    System.err.println("stopped");
    return ExitCode.OK;
  }
}
