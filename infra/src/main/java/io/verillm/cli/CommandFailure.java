package io.verillm.cli;

/** An expected end of a command: one line for the user and an exit status. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** What was asked about is bad. */
  static CommandFailure bad(String message) {
    return new CommandFailure(ExitCode.BAD, message);
  }

  /** An option's value cannot be meant. */
  static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /** Something needed is not there. */
  static CommandFailure unreachable(String message) {
    return new CommandFailure(ExitCode.UNREACHABLE, message);
  }

  /** AWS refused or was not asked. */
  static CommandFailure aws(RuntimeException cause) {
    return unreachable("AWS: " + AwsReason.of(cause));
  }

  int exitCode() {
    return exitCode;
  }
}
