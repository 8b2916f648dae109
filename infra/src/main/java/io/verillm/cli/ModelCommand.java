package io.verillm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code model}: the built-in model and imported ones. */
@Command(
    name = "model",
    description = "Lists, shows, verifies, imports, pushes, registers and calibrates models.",
    subcommands = {
      ModelListCommand.class,
      ModelShowCommand.class,
      ModelVerifyCommand.class,
      ModelImportCommand.class,
      ModelPushCommand.class,
      ModelRegisterCommand.class,
      ModelRandomCommand.class,
      ModelCalibrateCommand.class
    })
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  ModelCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "list, show, verify, import, push, register, random or calibrate?");
  }
}
