package io.verillm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measurements on this machine. */
@Command(
    name = "bench",
    description = "Measures what this machine does.",
    subcommands = {BenchEngineCommand.class, BenchSoakCommand.class})
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  BenchCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which benchmark? engine or soak");
  }
}
