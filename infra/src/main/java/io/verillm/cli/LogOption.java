package io.verillm.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** {@code --verbose}: more of the log on stderr. */
final class LogOption {
  LogOption() {}

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens, on stderr.")
  void verbose(boolean verbose) {
    if (verbose) {
      ((Logger) LoggerFactory.getLogger("io.verillm")).setLevel(Level.INFO);
    }
  }
}
