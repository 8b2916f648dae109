package io.verillm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code receipt}: one request in one file. */
@Command(
    name = "receipt",
    subcommands = {ReceiptExportCommand.class, ReceiptVerifyCommand.class},
    description = "Takes everything about one request along in one file, and verifies such files.")
final class ReceiptCommand implements Runnable {
  @Spec private CommandSpec spec;

  ReceiptCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "export or verify?");
  }
}
