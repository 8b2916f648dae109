package io.verillm.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top of the command line. */
@Command(
    name = "verillm",
    description = "Generates text on workers that nobody trusts, and checks it, on Apache Kafka.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      SetupCommand.class,
      AppCommand.class,
      WitnessCommand.class,
      WorkerCommand.class,
      KeysCommand.class,
      FundCommand.class,
      DutiesCommand.class,
      SubmitCommand.class,
      StatusCommand.class,
      DisputeCommand.class,
      SqlCommand.class,
      AuditCommand.class,
      ReceiptCommand.class,
      LogCommand.class,
      TopicsCommand.class,
      ModelCommand.class,
      SimulateCommand.class,
      BenchCommand.class,
      GenerateCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, and what was asked about is good",
      "1:done, and what was asked about is bad (audit not identical, request not accepted)",
      "2:wrong options",
      "3:something needed is not there or cannot be reached"
    },
    footer = {"", "Every option can be set by environment: --max-tokens is VERILLM_MAX_TOKENS."})
public final class Verillm implements Runnable {
  @Spec private CommandSpec spec;

  Verillm() {}

  /** Runs one command and ends the JVM with its exit status. */
  public static void main(String[] args) {
    StopSignal.install();
    Heartbeat.install();
    CommandLine line = commandLine(System.getenv());
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    int status = run(line.setOut(out), args);
    out.flush();
    System.exit(status);
  }

  /** The exit status; what is no exception, such as memory that is out, is one line too. */
  static int run(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      line.getErr().println("verillm: failed: " + e);
      line.getErr().flush();
      LoggerFactory.getLogger(Verillm.class).info("unexpected failure", e);
      return ExitCode.UNREACHABLE;
    }
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new Verillm())
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .setParameterExceptionHandler(new FailureLine())
        .setExecutionExceptionHandler(new FailureLine())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? see --help");
  }
}
