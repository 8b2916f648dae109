package io.verillm.cli;

/** What a command's exit status means; scripts rely on it. */
final class ExitCode {
  static final int OK = 0;

  /** The command worked, and what it was asked about is bad: an audit that differs, a refusal. */
  static final int BAD = 1;

  /** Wrong options or values. */
  static final int USAGE = 2;

  /** Something needed is not there: broker, folder, model, JDK. */
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
